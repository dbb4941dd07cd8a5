"""The OpenAPI document is true to what the server does."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable as NothingToTry
from msgspec.structs import fields

from linefinder.web.rest.detail_schema import Edge, EventDetail, Fair, Leg
from tests.support.rooms import House, open_house
from tests.support.upstream import odds_of

TOKEN = "letmein"
LISTED = {
    "/api/sports": {"get"},
    "/api/odds/{sport}": {"get"},
    "/api/odds/{sport}/openers": {"get"},
    "/api/events/{event_id}": {"get"},
    "/api/stream/{sport}": {"get"},
    "/api/events/{event_id}/closing": {"get"},
    "/api/events/{event_id}/history": {"get"},
    "/api/refresh/{sport}": {"post"},
    "/api/polling": {"get", "put"},
    "/api/health": {"get"},
    "/api/alerts/rules": {"get", "post"},
    "/api/alerts/rules/{rule_id}": {"delete"},
    "/api/alerts/quiet": {"put"},
    "/api/alerts/recent": {"get"},
    "/api/events/{event_id}/props": {"get", "post"},
    "/api/events/{event_id}/props/{market}": {"get"},
    "/api/alerts/push": {"get", "post"},
    "/api/alerts/webhooks": {"post"},
    "/api/alerts/subscriptions/{subscription_id}": {"delete"},
}


def test_every_route_is_in_the_document(house: House) -> None:
    paths = house.app.test_client().get("/api/openapi.json").get_json()["paths"]
    assert {path: set(operations) for path, operations in paths.items()} == LISTED
    routes = {rule.rule for rule in house.app.url_map.iter_rules() if "/api/" in rule.rule}
    documented = {path.replace("{", "<").replace("}", ">") for path in LISTED}
    assert routes - {"/api/openapi.json"} == documented


def test_shapes_have_names_that_say_what_they_are(house: House) -> None:
    document = house.app.test_client().get("/api/openapi.json").get_json()
    names = set(document["components"]["schemas"])
    assert {"Board", "Sport", "Sports", "Problem", "Refreshed", "Health"} <= names
    assert "Annotated" not in names


@pytest.mark.slow
def test_an_event_with_edges_is_as_documented(house: House) -> None:
    """Event ids that hypothesis makes up are never found."""
    apart = odds_of(-140, books=("draftkings", "fanduel", "betmgm"))
    for number, market in enumerate(book["markets"][1] for book in apart["bookmakers"]):
        for outcome in market["outcomes"]:
            outcome.update(point=220.5 + number % 2, price=(-105, -110, 110)[number])
    house.poll(apart)
    import schemathesis  # whoever runs other tests need not wait for it

    document = schemathesis.openapi.from_wsgi("/api/openapi.json", house.app)
    operation = document["/api/events/{event_id}"]["GET"]
    told = operation.Case(path_parameters={"event_id": "e1"}).call_and_validate().json()
    assert {edge["kind"] for edge in told["edges"]} == {"arbitrage", "middle"}
    assert set(told) == {field.name for field in fields(EventDetail)}
    assert set(told["edges"][0]) == {field.name for field in fields(Edge)}
    assert set(told["edges"][0]["legs"][0]) == {field.name for field in fields(Leg)}
    assert set(told["fair"]) == {field.name for field in fields(Fair)}


def ask(folder: Path, examples: int) -> None:
    """Ask every operation good and bad questions: no 500, and answers as the document says."""
    import schemathesis  # whoever runs other tests need not wait for it
    from schemathesis import GenerationMode

    with open_house(folder, REFRESH_TOKEN=TOKEN) as house:
        house.poll(odds_of())
        house.wiring.health.problem = lambda now: None  # type: ignore[method-assign]
        house.wiring.listeners.goodbye({})  # streams end as soon as they have said what they hold
        document = schemathesis.openapi.from_wsgi("/api/openapi.json", house.app)
        for found in document.get_all_operations():
            operation = cast(Any, found).ok()
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                with suppress(NothingToTry):
                    answers(operation.as_strategy(generation_mode=mode), examples)()


def answers(cases: Any, examples: int) -> Callable[[], None]:
    @given(case=cases)
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    def check(case: Any) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {TOKEN}"})

    return cast(Callable[[], None], check)


@pytest.mark.slow
def test_every_answer_is_as_documented(tmp_path: Path) -> None:
    ask(tmp_path, 25)


@pytest.mark.long
def test_every_answer_is_as_documented_to_very_many_questions(tmp_path: Path) -> None:
    ask(tmp_path, 200)
