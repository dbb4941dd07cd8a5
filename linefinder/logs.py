"""The log: one line for each thing that happened, under a stable name, with the id of its poll.

`text` is for people: `2026-11-25T00:28:10.120Z INFO polled: polled basketball_nba: ... poll=3fa9c2d1`.
`json` is one object a line, with the fields apart. docs/runbook.md says what each name means.
"""

from __future__ import annotations

import json
import logging
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from linefinder.config import Config

_poll: ContextVar[str | None] = ContextVar("linefinder_poll", default=None)
SHORTEST_SECRET = 4
SAID_AGAIN_SECONDS = 60.0
ONCE = " (further occurrences of this error"
"""With these words Engine.IO tells, once of each kind, that somebody's handshake is odd."""
UNNAMED = "other"
"""What libraries say has no name of ours."""


def named(name: str, **fields: Any) -> dict[str, Any]:
    """The `extra` of a log call: what happened, by its name in the runbook, and its fields."""
    return {"happened": name, "fields": fields}


def new_poll_id() -> str:
    """A word that tells one poll from all others."""
    return secrets.token_hex(4)


def current_poll() -> str | None:
    """The poll that is under way in this thread."""
    return _poll.get()


@contextmanager
def within_poll(poll: str | None) -> Iterator[None]:
    """Whatever is logged inside belongs to that poll."""
    token = _poll.set(poll)
    try:
        yield
    finally:
        _poll.reset(token)


class Told(logging.Formatter):
    """What both formats do: tell no secret, also in a traceback, and no message as two lines."""

    def __init__(self, secrets_: tuple[str, ...]) -> None:
        super().__init__()
        self._secrets = [secret for secret in secrets_ if len(secret) >= SHORTEST_SECRET]

    def format(self, record: logging.LogRecord) -> str:
        return self.redacted(self.line(record))

    def redacted(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def line(self, record: logging.LogRecord) -> str:
        raise NotImplementedError

    def trace(self, record: logging.LogRecord) -> str:
        """The traceback, if there is one."""
        return self.formatException(record.exc_info) if record.exc_info else ""


class Text(Told):
    """For people. Only a traceback takes more than a line; its lines are indented."""

    def line(self, record: logging.LogRecord) -> str:
        poll = current_poll()
        message = _one_line(record.getMessage())
        said = f"{_at(record)} {record.levelname} {_name(record)}: {message}"
        said = f"{said} poll={poll}" if poll else said
        trace = self.trace(record)
        return "\n    ".join([said, *trace.splitlines()])


class Json(Told):
    """For programs: at, level, name, logger, message, poll, the fields, traceback."""

    def line(self, record: logging.LogRecord) -> str:
        said = {
            "at": _at(record),
            "level": record.levelname.lower(),
            "name": _name(record),
            "logger": record.name,
            "message": record.getMessage(),
            "poll": current_poll(),
            **getattr(record, "fields", {}),
            "traceback": self.trace(record),
        }
        told = {name: value for name, value in said.items() if value not in (None, "")}
        return json.dumps(told, default=str, ensure_ascii=False)


def _name(record: logging.LogRecord) -> str:
    return str(getattr(record, "happened", UNNAMED))


def _at(record: logging.LogRecord) -> str:
    made = datetime.fromtimestamp(record.created, UTC)
    return f"{made:%Y-%m-%dT%H:%M:%S}.{made.microsecond // 1000:03}Z"


def _one_line(text: str) -> str:
    """What a client or the provider says must not look like a line of ours."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def set_up_logging(config: Config) -> None:
    """To standard error, as LOG_FORMAT and LOG_LEVEL say."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter({"json": Json, "text": Text}[config.log_format](config.secrets))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("linefinder").setLevel(config.log_level.upper())
    logging.getLogger("apscheduler.scheduler").filters = [Skipped()]


def library_log(name: str) -> logging.Logger:
    """A log for a library that would write lines of its own beside ours, and calls it an error when a
    stranger knocks in an odd way."""
    log = logging.getLogger(f"linefinder.{name}")
    log.setLevel(logging.ERROR)
    log.filters = [_is_mistake]
    return log


def _is_mistake(record: logging.LogRecord) -> bool:
    if ONCE not in str(record.msg):
        return True
    words = _one_line(record.getMessage().partition(ONCE)[0])
    log = logging.getLogger("linefinder.live")
    log.debug("an odd handshake: %s", words, extra=named("odd_client"))
    return False


class Seldom:
    """What is said again and again, each second while the database is away, is said once a minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._said: dict[str, tuple[str, float]] = {}

    def is_news(self, who: str, words: str) -> bool:
        """Whether `who` has not said the same within the last minute."""
        before, at = self._said.get(who, ("", -SAID_AGAIN_SECONDS))
        if words == before and self._clock() - at < SAID_AGAIN_SECONDS:
            return False
        self._said[who] = words, self._clock()
        return True


class Skipped(logging.Filter):
    """A job whose last run still waits, for a database that hangs, is skipped each second: that is said
    once a minute, with its name instead of its trigger."""

    def __init__(self) -> None:
        super().__init__()
        self._seldom = Seldom()

    def filter(self, record: logging.LogRecord) -> bool:
        job = record.args[0] if isinstance(record.args, tuple) and record.args else None
        if job is None or "maximum number of running instances" not in str(record.msg):
            return True
        name = str(getattr(job, "id", job))
        record.msg, record.args = "%s is skipped: its last run still waits", (name,)
        vars(record).update(named("job_skipped", job=name))
        return self._seldom.is_news(name, "skipped")


def announce(config: Config, words: str) -> None:
    """Words for whoever started the program: on standard output, or in a log of JSON."""
    if config.log_format == "json":
        log = logging.getLogger("linefinder.start")
        log.log(logging.INFO, "%s", words, extra=named("announced"))
        return
    print(words, flush=True)
