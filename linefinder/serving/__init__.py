"""Serving HTTP: what stands between the network and every page, REST answer and socket.

`server.py` listens and limits, `connections.py` takes connections in turn, `watchdog.py` tells systemd
that the process is alive. Before anything answers, `proxies.py` says who truly asks, and `access.py`
what they may see; live/doorkeeper.py and web/doors.py ask it.
"""
