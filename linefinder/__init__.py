"""LineFinder: a self-hosted live odds board. `factory.create_app` builds it; `app.py` is the door."""
