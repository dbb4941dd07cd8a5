"""Breaking the real things, with viewers that check every version. Seeded; long forms are marked."""
