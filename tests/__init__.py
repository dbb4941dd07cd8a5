"""Tests of LineFinder; they mirror its rooms. `tests/support` holds what they stand on."""
