"""The way to The Odds API and back: HTTP, the provider's format, and a stand-in for it."""
