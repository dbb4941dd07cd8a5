"""What lies in the folder of this installation: its database, and the key that signs its cookies."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from linefinder.domain.errors import StoreUnusable


def default_database(folder: Path, demo: bool) -> str:
    """Demo odds never share a database with real ones."""
    name = "demo.db" if demo else "linefinder.db"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnusable(f"the folder {folder} can't be made: {error.strerror}") from error
    return f"sqlite:///{folder / name}"


def kept_secret(folder: Path) -> str:
    """A key drawn at the first start and kept, so that a restart forgets no browser."""
    path = folder / "secret_key"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            with open(path, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
                file.write(secrets.token_hex(32))
        return path.read_text().strip() or secrets.token_hex(32)
    except OSError:
        return secrets.token_hex(32)
