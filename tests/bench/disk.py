"""Bytes on disk for each recorded change of a line: whole recordings, everything included."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from linefinder.domain.quota import Usage
from linefinder.extensions import db
from linefinder.polling.errand import Errand
from linefinder.provider.client import Answer
from tests.support.recordings import Recordings, recordings_folder
from tests.support.rooms import House, open_house

AT_MOST = 120


def main() -> None:
    """A row for each recording: polls, versions, changes, bytes, bytes a change."""
    recordings = Recordings(recordings_folder())
    for name in recordings.names():
        with tempfile.TemporaryDirectory() as folder:
            path, polls, changes, versions = replay(recordings, name, Path(folder))
            size = sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*"))
            print(
                f"{name:18} {polls:4} polls {versions:4} versions {changes:7,} changes"
                f" {size:11,} bytes  {size / changes:5.1f} a change (at most {AT_MOST})"
            )


def replay(recordings: Recordings, name: str, folder: Path) -> tuple[Path, int, int, int]:
    """Record every poll; the database's path, and the numbers of polls, changes and versions."""
    polls = list(recordings.polls(name))
    sport = polls[0].sport
    with open_house(folder, POLL_SPORTS=sport) as house:
        with house.app.app_context():
            house.poller.open(sport)
            for poll in polls:
                house.clock.at = poll.at
                body = json.dumps(poll.odds).encode()
                fetched = house.poller.read(sport, Answer(body, Usage(400, 100, 3)))
                house.poller.take(Errand(sport, False, poll.at), fetched)
        [(changes,)] = house.rows("SELECT COUNT(*) FROM line_changes")
        versions = house.boards.stream(sport).board.version
        path = checkpointed(house)
    return path, len(polls), changes, versions


def checkpointed(house: House) -> Path:
    """The file of the database, after what is in its log has been brought over."""
    with house.app.app_context():
        connection = db.engine.raw_connection()
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        return Path(str(db.engine.url.database))


if __name__ == "__main__":
    main()
