"""The provider: its answers, its refusals, and what HTTP does to both."""
