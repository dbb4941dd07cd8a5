"""Measurements, one a module: `main()` prints its table. `make bench` runs them all."""
