"""How many look at which sport in each process that serves, for the one that polls."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, func, insert, select

from linefinder.store.engine import reading
from linefinder.store.models import Audience
from linefinder.store.times import millis
from linefinder.store.watchers import writing


def post_audience(holder: str, viewers: Mapping[str, int], now: datetime) -> None:
    """Say how many look at each sport in a process, in place of what it said before."""
    rows = [
        {"holder": holder, "sport": sport, "viewers": count, "at": millis(now)}
        for sport, count in viewers.items()
        if count
    ]
    with writing() as connection:
        connection.execute(delete(Audience).where(Audience.holder == holder))
        if rows:
            connection.execute(insert(Audience), rows)


def audience_besides(holder: str, since: datetime) -> dict[str, int]:
    """{sport: viewers} of all other processes that have said so since a moment."""
    said = (Audience.holder != holder, Audience.at >= millis(since))
    query = select(Audience.sport, func.sum(Audience.viewers)).where(*said).group_by(Audience.sport)
    with reading() as connection:
        return {sport: int(count) for sport, count in connection.execute(query)}


def forget_audiences(before: datetime) -> int:
    """Delete what processes said that are gone; how many rows."""
    with writing() as connection:
        old = delete(Audience).where(Audience.at < millis(before))
        return int(connection.execute(old).rowcount)
