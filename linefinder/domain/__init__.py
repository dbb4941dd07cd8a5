"""What LineFinder knows about odds: plain functions of their arguments, no clock, no IO."""
