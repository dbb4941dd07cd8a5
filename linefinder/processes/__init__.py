"""Several processes on one database: who polls, and what the others do meanwhile.

One process holds the lease and polls. Each looks at the database every second, and at once after a
hint, and tells its own viewers what others have committed; what only the process that polls knows, and
what others ask of it, passes through rows. `succession.py` ties the rest together.
"""
