"""docs/runbook.md knows every word that the program uses to say that something is wrong."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest
import yaml

from linefinder.domain import errors
from linefinder.logs import UNNAMED
from linefinder.web.errors import CODES
from linefinder.web.shown.words import REASONS, STATUSES
from tests.support.recordings import ROOT
from tests.support.rooms import House, open_house

RUNBOOK = (ROOT / "docs/runbook.md").read_text()
SAID = set(re.findall(r"`([A-Za-z_]+)`", RUNBOOK))
LEVELS = {"debug", "info", "warning", "error", "exception", "log"}


@cache
def calls() -> list[tuple[str, ast.Call]]:
    """Every call in the program, and the name of what is called."""
    found = []
    for path in sorted((ROOT / "linefinder").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func
                found.append((name.id if isinstance(name, ast.Name) else str(name), node))
    return found


def texts(node: ast.AST) -> set[str]:
    """The constants of an argument, also of `a if b else c`."""
    if isinstance(node, ast.IfExp):
        return texts(node.body) | texts(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def first_arguments(function: str) -> set[str]:
    return {text for name, call in calls() if name == function and call.args
            for text in texts(call.args[0])}  # fmt: skip


def test_every_name_of_the_log_is_in_the_runbook() -> None:
    names = first_arguments("named")
    assert len(names) > 20
    assert names | {UNNAMED} <= SAID


def test_every_line_of_the_log_has_a_name() -> None:
    for name, call in calls():
        speaks = isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name)
        if name in LEVELS and speaks and call.func.value.id == "log":  # type: ignore[attr-defined]
            said = {keyword.arg for keyword in call.keywords}
            assert "extra" in said, ast.unparse(call)


def test_every_status_reason_and_code_is_in_the_runbook() -> None:
    assert set(STATUSES) | set(REASONS) <= SAID
    refusals = first_arguments("Refused")
    assert len(refusals) > 15
    assert refusals | set(CODES.values()) <= SAID
    reasons = {each.reason for each in vars(errors).values()
               if isinstance(each, type) and issubclass(each, errors.ProviderError)}  # fmt: skip
    assert reasons <= SAID


@pytest.mark.parametrize("module", ["scheduling/health", "web/rest/api"])
def test_every_problem_of_the_health_is_in_the_runbook(module: str) -> None:
    tree = ast.parse((ROOT / f"linefinder/{module}.py").read_text())
    wanted = {"problem", "_trouble", "_database"}
    found = [node for node in ast.walk(tree) if getattr(node, "name", "") in wanted]
    words = [part.value for function in found for node in ast.walk(function)
             if isinstance(node, ast.Return) and node.value
             for part in ast.walk(node.value)
             if isinstance(part, ast.Constant) and isinstance(part.value, str)]  # fmt: skip
    assert words
    for word in words:
        assert len(word) < 5 or word.strip(" :s") in RUNBOOK, word


def test_every_alert_is_in_the_runbook_and_asks_for_what_there_is(tmp_path: object) -> None:
    rules = yaml.safe_load((ROOT / "deploy/prometheus-alerts.yml").read_text())
    alerts = [rule for group in rules["groups"] for rule in group["rules"]]
    assert {rule["alert"] for rule in alerts} == set(
        re.findall(r"\| `(LineFinder\w+)` \|", RUNBOOK)
    )
    asked = {name for rule in alerts for name in re.findall(r"linefinder_\w+", rule["expr"])}
    source = "".join(path.read_text() for path in (ROOT / "linefinder/web").glob("*.py"))
    for name in asked:
        plain = re.sub(r"_(total|sum|count)$", "", name).removesuffix("_seconds")
        known = plain in source or plain.removeprefix("linefinder_") in source
        assert known, name


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house")) as opened:
        yield opened


def test_the_words_of_an_alert_are_on_the_metrics(house: House) -> None:
    told = house.app.test_client().get("/metrics").get_data(as_text=True)
    for name in ("linefinder_feed_status", "linefinder_polling", "linefinder_clients"):
        assert name in told
