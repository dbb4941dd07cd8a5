"""The recorded answers of the provider: they stay outside the repository (ODDS_RECORDINGS)."""

from __future__ import annotations

import json
import lzma
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]


class Poll(NamedTuple):
    """One recorded poll: its moment, the provider's key of the sport, the body as it came."""

    at: datetime
    sport: str
    odds: list[dict[str, Any]]


def recordings_folder() -> Path:
    """Where recordings/, responses/ and errors/ lie, whether or not they are there."""
    return Path(os.environ.get("ODDS_RECORDINGS") or ROOT.parent / "shared/data/odds-api").resolve()


def read_recording(path: Path) -> Iterator[Poll]:
    """The polls of one recording, oldest first."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            poll = json.loads(line)
            yield Poll(datetime.fromisoformat(poll["at"]), poll["sport"], poll["odds"])


class Recordings:
    """The recorded data by name: `recordings.polls("mlb-2026-08-5min")`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        """The names of the recordings."""
        return sorted(path.name.split(".")[0] for path in self.folder.glob("recordings/*.jsonl.xz"))

    def path(self, name: str) -> Path:
        """The file of a recording."""
        return self.folder / "recordings" / f"{name}.jsonl.xz"

    def polls(self, name: str) -> Iterator[Poll]:
        """The polls of the recording called `name`, oldest first."""
        return read_recording(self.path(name))

    def responses(self) -> dict[str, Any]:
        """Every single answer by file name, decoded."""
        return {path.stem: json.loads(path.read_bytes()) for path in self._files("responses")}

    def errors(self) -> dict[str, bytes]:
        """Every recorded refusal by `<status>_<error_code>`, as bytes."""
        return {path.stem: path.read_bytes() for path in self._files("errors")}

    def _files(self, kind: str) -> list[Path]:
        return sorted(self.folder.glob(f"{kind}/*.json"))
