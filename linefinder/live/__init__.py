"""Sockets: who hears which sport, what a newcomer is told, and what no client may do to the others."""
