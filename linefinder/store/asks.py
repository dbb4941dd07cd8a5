"""What is asked of a process that does not poll: rows that the one that polls takes, each
once, and answers. Who asked deletes its row when it has the answer or waits no longer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from linefinder.domain.errors import StoreError
from linefinder.extensions import db
from linefinder.store.engine import reading
from linefinder.store.models import Ask
from linefinder.store.times import millis

FORGOTTEN_AFTER = timedelta(minutes=2)


def ask(sport: str, body: str | None, now: datetime) -> int:
    """Ask for a refresh, or for what `body` says; the number under which it is answered."""
    with _writing() as connection:
        made = insert(Ask).values(sport=sport, body=body, at=millis(now)).returning(Ask.id)
        return int(connection.execute(made).scalar_one())


def untaken() -> list[tuple[int, str, str | None, int]]:
    """(number, sport, body, when) of what nobody has taken, the first to ask first."""
    query = (
        select(Ask.id, Ask.sport, Ask.body, Ask.at).where(Ask.taken_by.is_(None)).order_by(Ask.id)
    )
    with reading() as connection:
        return [(row.id, row.sport, row.body, row.at) for row in connection.execute(query)]


def take(number: int, holder: str) -> bool:
    """Whether it is now this process's to make: a poll must not be paid for twice."""
    mine = update(Ask).where(Ask.id == number, Ask.taken_by.is_(None)).values(taken_by=holder)
    with _writing() as connection:
        return bool(connection.execute(mine).rowcount)


def answer(number: int, body: str) -> None:
    with _writing() as connection:
        connection.execute(update(Ask).where(Ask.id == number).values(answer=body))


def answer_to(number: int) -> str | None:
    """The answer, as soon as there is one."""
    with reading() as connection:
        found: str | None = connection.scalar(select(Ask.answer).where(Ask.id == number))
        return found


def forget(number: int) -> None:
    with _writing() as connection:
        connection.execute(delete(Ask).where(Ask.id == number))


def forget_old(now: datetime) -> int:
    """What nobody waits for any more, because who asked was killed; how many."""
    with _writing() as connection:
        old = Ask.at < millis(now - FORGOTTEN_AFTER)
        return int(connection.execute(delete(Ask).where(old)).rowcount)


@contextmanager
def _writing() -> Iterator[Connection]:
    try:
        with db.engine.begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise StoreError(str(cause).strip().splitlines()[0]) from error
