"""Whatever the provider, a client or a stranger sends: a clear refusal, or an answer that holds."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from linefinder.domain.odds import Odds
from linefinder.web.rest import api
from tests.fuzz import targets as fed
from tests.fuzz.chance import LONG, NASTY, RARE, SCORE, inputs
from tests.fuzz.targets import PATHS, Target, targets
from tests.support.recordings import ROOT
from tests.support.upstream import odds_of

Targets = dict[str, Target]
FEW = {"provided": 3000, "beside": 3000, "subscribed": 3000, "asked": 150}
relaxed = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    max_examples=min(60, settings().max_examples),
)


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Targets]:
    with targets(tmp_path_factory.mktemp("fuzz")) as found:
        yield found


@pytest.mark.slow
@pytest.mark.parametrize("name", FEW)
def test_thousands_of_inputs_by_chance_meet_no_fault(name: str, every: Targets) -> None:
    for data in inputs(name, 11, FEW[name]):
        every[name](data)


def slots() -> Iterator[tuple[str, Callable[[str], str]]]:
    """Every place of an answer, a message and a body where a value stands."""
    right = odds_of()
    for path in ("id", "commence_time", "home_team", "bookmakers"):
        whole = json.dumps([{**right, path: "@"}])
        yield "provided", lambda value, whole=whole: whole.replace('"@"', value)  # type: ignore[misc]
    for path in ("key", "title", "last_update", "markets"):
        book = {**right["bookmakers"][0], path: "@"}
        whole = json.dumps([{**right, "bookmakers": [book]}])
        yield "provided", lambda value, whole=whole: whole.replace('"@"', value)  # type: ignore[misc]
    for path in ("name", "price", "point", "description"):
        outcomes = [{"name": "Over", "price": -110, path: "@"}]
        book = {**right["bookmakers"][0], "markets": [{"key": "totals", "outcomes": outcomes}]}
        whole = json.dumps([{**right, "bookmakers": [book]}])
        yield "provided", lambda value, whole=whole: whole.replace('"@"', value)  # type: ignore[misc]
    for path in SCORE:
        whole = json.dumps([{**SCORE, path: "@"}])
        yield "beside", lambda value, whole=whole: whole.replace('"@"', value)  # type: ignore[misc]
    for path in ("sport", "epoch", "version"):
        held = {"sport": "nba", "epoch": "x", "version": 1, path: "@"}
        whole = "2" + json.dumps(["subscribe", held])
        yield "subscribed", lambda value, whole=whole: whole.replace('"@"', value)  # type: ignore[misc]


@pytest.mark.slow
def test_every_value_we_know_to_be_nasty_in_every_place(every: Targets) -> None:
    for name, fill in slots():
        for value in [*NASTY, *RARE]:
            every[name](fill(value).encode("utf-8", "surrogatepass"))


@pytest.mark.slow
@pytest.mark.parametrize("value", [*NASTY, *RARE], ids=lambda value: value[:20])
def test_every_nasty_value_as_a_body(value: str, every: Targets) -> None:
    for method, path in ((2, 6), (1, 7), (2, 9), (1, 10), (1, 11)):
        whole = f'{{"enabled": {value}, "sport": {value}, "kind": {value}, "url": {value}}}'
        for body in (value, whole):
            every["asked"](bytes((method, path)) + body.encode("utf-8", "surrogatepass"))


texts = st.text() | st.sampled_from(
    ["x" * LONG, "\u202eevil", "a\0b", "__proto__", "a|b", "\ufeff"]
)
numbers = st.floats() | st.integers() | st.sampled_from([1e308, -0.0, -221.5, 10**400])
anything = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
outcome = st.fixed_dictionaries(
    {"name": texts, "price": numbers | anything},
    optional={"point": numbers | anything, "description": texts},
)
market = st.fixed_dictionaries(
    {
        "key": st.sampled_from(["h2h", "totals", "player_points"]) | texts,
        "outcomes": st.lists(outcome, max_size=3),
    },
    optional={"last_update": anything},
)
book = st.fixed_dictionaries(
    {"key": texts, "title": texts, "markets": st.lists(market, max_size=3)},
    optional={"last_update": anything},
)
times = st.datetimes().map(lambda at: f"{at.isoformat()}Z") | anything
event = st.fixed_dictionaries(
    {"id": texts, "commence_time": times, "bookmakers": st.lists(book, max_size=3)},
    optional={"home_team": texts | st.none(), "away_team": anything},
)


@relaxed
@given(st.lists(event, max_size=3) | anything)
def test_an_answer_of_any_shape_is_a_board_that_adds_up_or_is_refused(answer: Any) -> None:
    fed.Provided()(json.dumps(answer).encode())


@pytest.mark.slow
@relaxed
@given(
    name=st.sampled_from(["subscribe", "unsubscribe", "subscribe_alerts"]) | texts, body=anything
)
@example(name="subscribe", body={"sport": "nba", "epoch": "x", "version": 10**400})
def test_a_message_of_any_shape_is_answered(every: Targets, name: str, body: Any) -> None:
    every["subscribed"](f"2{json.dumps([name, body])}".encode())


@pytest.mark.slow
@relaxed
@given(
    method=st.integers(0, 5),
    path=st.integers(0, len(PATHS) - 1),
    body=anything | st.binary(max_size=400),
)
def test_a_request_of_any_shape_is_answered(
    every: Targets, method: int, path: int, body: Any
) -> None:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    every["asked"](bytes((method, path)) + data)


def test_a_planted_fault_in_the_reading_of_answers_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else all of this would prove nothing."""
    wrong: Odds = Odds(
        {"e": {"starts_at": "x", "lines": {"a": {"h2h": {"X": (float("nan"), None)}}}}}, {}, {}
    )
    monkeypatch.setattr(fed, "normalise", lambda *_: wrong)
    with pytest.raises(AssertionError):
        fed.Provided()(b"[]")


@pytest.mark.slow
def test_a_planted_fault_in_rest_is_found(every: Targets, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_: str) -> str:
        raise KeyError("a mistake of ours")

    monkeypatch.setattr(api, "known", breaks)
    with pytest.raises(KeyError):
        every["asked"](b"\0\0nba")


@pytest.mark.long
def test_a_million_inputs_meet_no_fault() -> None:
    """By chance, and where it installs by atheris: about three minutes."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz"], cwd=ROOT, capture_output=True, text=True
    )
    print(done.stdout[-3000:], done.stderr[-6000:])
    assert done.returncode == 0
    assert "1,000,000 inputs" in done.stdout
