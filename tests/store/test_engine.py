"""The file of a new SQLite database."""

from __future__ import annotations

import os
from pathlib import Path

from linefinder.factory import create_app
from linefinder.store.engine import bring_up


def test_a_new_database_is_for_its_owner_alone_and_an_old_one_is_left_as_it_is(
    tmp_path: Path,
) -> None:
    before = os.umask(0o022)
    try:
        app = create_app({"ODDS_API_KEY": "none"}, instance_path=str(tmp_path))
        with app.app_context():
            bring_up(app)
            files = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("*.db*")}
            assert "linefinder.db" in files
            assert set(files.values()) == {0o600}, "what SQLite puts beside it too"
            (tmp_path / "linefinder.db").chmod(0o640)
            bring_up(app)
        assert (tmp_path / "linefinder.db").stat().st_mode & 0o777 == 0o640
    finally:
        os.umask(before)
