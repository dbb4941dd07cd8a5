"""Alerts: what polls changed against the rules of browsers, off the polls' path.

A poll only leaves its boards here; a job each second matches them, claims in the database what this
process tells, and hands each watcher's alerts of one moment over as one delivery.
"""
