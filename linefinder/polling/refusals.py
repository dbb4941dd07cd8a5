"""What somebody is told whose request by hand did not work."""

from __future__ import annotations

from linefinder.domain.errors import (
    BudgetExhausted,
    LineFinderError,
    NotLeading,
    OutOfCredits,
    ProviderError,
    Refused,
    RequestRefused,
    SportRefused,
    StoreError,
)


def too_slow() -> Refused:
    """The answer where the provider takes longer than anybody waits."""
    return Refused("upstream_error", "the provider has not answered yet; try again", 504)


def refused(error: LineFinderError | None) -> Refused:
    """The answer to what was asked for by hand and did not work."""
    if isinstance(error, Refused):
        return error
    if error is None:
        return Refused("internal_error", "LineFinder made a mistake; the log says which", 500)
    words = str(error)
    if isinstance(error, BudgetExhausted | OutOfCredits):
        return Refused("budget_exhausted", words, 503)
    if isinstance(error, NotLeading):
        return Refused("upstream_error", f"{words} now; try again", 503)
    if isinstance(error, SportRefused):
        return Refused("unknown_sport", words, 404)
    if isinstance(error, RequestRefused) and error.code == "EVENT_NOT_FOUND":
        return Refused("unknown_event", "the provider does not have this event any more", 404)
    if isinstance(error, StoreError):
        return Refused("store_error", f"the database refused: {words}", 503)
    code = error.reason if isinstance(error, ProviderError) else "upstream_error"
    return Refused(code, words, 502)
