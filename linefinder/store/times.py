"""Times as the tables keep them: whole milliseconds since 1970, UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
MS = timedelta(milliseconds=1)


def millis(moment: datetime) -> int:
    return (moment - _BEGINNING) // MS


def moment(ms: int) -> datetime:
    return _BEGINNING + ms * MS
