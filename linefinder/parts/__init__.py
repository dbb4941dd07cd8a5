"""The parts of a running board as pages, sockets and commands see them, as protocols: who does each is
built further up the house, and the factory ties them together (wiring.py)."""
