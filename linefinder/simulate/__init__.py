"""Policies of polling, judged on recordings in simulated time; no part of a running board."""
