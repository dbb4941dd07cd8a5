"""A stand-in for The Odds API v4: its endpoints, headers, costs and refusals, faults on demand."""
