"""Everything that can go wrong, as one tree; each error carries its evidence as attributes.

LineFinderError
├── ConfigError              a setting that can't be used: variable, value, allowed
├── ProviderError            the provider refused or did not answer: quota, as its headers told
│   ├── KeyRefused           missing, invalid or deactivated key: stop, tell the operator
│   ├── OutOfCredits         the month's credits are gone
│   ├── RequestRefused       a mistake in the configuration: code
│   │   └── SportRefused     the provider does not know the sport
│   └── Unavailable          worth another try
│       ├── RateLimited      too many calls a second: retry_after
│       ├── ServerFailed     5xx: status
│       ├── TransportFailed  no connection, a time-out, a body cut off
│       └── BrokenAnswer     a body that is no answer of this contract
├── BudgetExhausted          the call would take the credits below zero: cost, remaining
├── NotLeading               another process polls
├── StoreError
│   ├── SchemaBehind         the database needs a migration
│   ├── StoreUnusable        it can't be opened or written
│   ├── StoreConflict        another process has advanced the board meanwhile
│   ├── BackupUnusable       a file that is no backup, or not all of one
│   └── NotEmpty             a restore would throw something away
├── PastUnknown              the board as it stood then can't be told: sport, at
│   ├── BeforeFirst          there was none yet
│   └── Pruned               its changes have been deleted
└── Refused                  what a client asked for can't be: code, message, status
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from linefinder.domain.quota import Usage


class LineFinderError(Exception):
    """The root: catch it where anything of ours may fail."""


class ConfigError(LineFinderError):
    """A setting that can't be used. `value` is never a secret."""

    def __init__(self, variable: str, value: str, allowed: str) -> None:
        super().__init__(f"{variable}={value}: {allowed}")
        self.variable, self.value, self.allowed = variable, value, allowed


class ProviderError(LineFinderError):
    """The provider refused or did not answer; the message never holds the key."""

    reason = "upstream_error"

    def __init__(self, message: str, usage: Usage | None = None) -> None:
        super().__init__(message)
        self.usage = usage


class KeyRefused(ProviderError):
    reason = "invalid_key"


class OutOfCredits(ProviderError):
    reason = "out_of_credits"


class RequestRefused(ProviderError):
    """The provider calls the request wrong; `code` is its `error_code`."""

    reason = "request_refused"

    def __init__(self, message: str, code: str, usage: Usage | None = None) -> None:
        super().__init__(message, usage)
        self.code = code


class SportRefused(RequestRefused):
    reason = "unknown_sport"


class Unavailable(ProviderError):
    """Worth another try."""


class RateLimited(Unavailable):
    def __init__(
        self, message: str, retry_after: float | None = None, usage: Usage | None = None
    ) -> None:
        super().__init__(message, usage)
        self.retry_after = retry_after


class ServerFailed(Unavailable):
    def __init__(self, message: str, status: int, usage: Usage | None = None) -> None:
        super().__init__(message, usage)
        self.status = status


class TransportFailed(Unavailable):
    pass


class BrokenAnswer(Unavailable):
    pass


class BudgetExhausted(LineFinderError):
    """`cost` credits were needed where `available` are left for this purpose."""

    def __init__(self, cost: int, available: int) -> None:
        super().__init__(f"it costs {cost} credits and {available} can be spent")
        self.cost, self.available = cost, available


class NotLeading(LineFinderError):
    """Another process polls: this one must not pay for anything."""


class StoreError(LineFinderError):
    pass


class SchemaBehind(StoreError):
    pass


class StoreUnusable(StoreError):
    pass


class StoreConflict(StoreError):
    pass


class BackupUnusable(StoreError):
    pass


class NotEmpty(StoreError):
    pass


class PastUnknown(LineFinderError):
    """The board of `sport` as it stood at a moment can't be told."""

    def __init__(self, sport: str, at: datetime) -> None:
        super().__init__(f"the board of {sport} at {at.isoformat()} can't be told")
        self.sport, self.at = sport, at


class BeforeFirst(PastUnknown):
    pass


class Pruned(PastUnknown):
    pass


class Refused(LineFinderError):
    """What a client asked for can't be: a stable `code`, words for people, the HTTP status."""

    def __init__(
        self, code: str, message: str, status: int = 400, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.status, self.retry_after = code, message, status, retry_after
