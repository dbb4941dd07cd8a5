"""Alerts as a viewer meets them: made from a price, told on the page, kept, dismissed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_page_access import faults
from tests.live.conftest import BY_HAND, poll
from tests.support.chromium import Complaints
from tests.support.server import Server
from tests.support.waiting import until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def prefixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A board that polls when it is told to, under a prefix."""
    server = Server(tmp_path_factory.mktemp("prefixed"), **BY_HAND, URL_PREFIX="/odds")
    server.start()
    yield server
    server.close()


@pytest.fixture
def board(page: Page, prefixed: Server) -> Server:
    """It has prices, and is shown."""
    poll(prefixed)
    page.goto(f"{prefixed.url}/nba")
    expect(page.locator("#connection-said")).to_have_text("Connected")
    return prefixed


def priced(page: Page) -> None:
    """Wait for the price under the pointer, at worse than it is."""
    page.locator(".line-cell .price:not(:empty)").first.click(button="right")
    dialog = page.locator("#alert-rule")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_label("Price (American), at least as good as")).to_be_visible()
    for name in ("outcome", "bookmaker"):
        expect(dialog.locator(f"[name={name}]")).not_to_have_value("")
    dialog.locator("[name=bookmaker]").select_option("")
    dialog.locator("[name=price]").fill("-100000")
    expect(dialog.locator("[name=point]")).to_be_hidden()  # a moneyline has none
    dialog.get_by_role("button", name="Wait for it").click()
    expect(dialog).not_to_be_visible()


def test_a_rule_made_from_a_price_is_told_kept_and_dismissed(page: Page, board: Server) -> None:
    priced(page)
    expect(page.locator("#alerts-rules li")).to_have_count(1)
    expect(page.locator("#alerts-rules li")).to_contain_text(
        re.compile("price reached .* at −100000")
    )
    assert board.rest("/api/refresh/nba", "POST").ok
    told = page.locator("#alerts-list li")
    expect(told).to_have_count(1)
    expect(told).to_contain_text("your target")
    expect(page.locator("#alerts-said")).to_contain_text("Alert.")
    expect(page.locator("#alerts-count")).to_have_text("1")
    page.reload()
    expect(page.locator("#alerts-count")).to_have_text("1")
    page.locator("#alerts-open").click()
    told.get_by_role("button", name="Dismiss").click()
    expect(told).to_have_count(0)
    page.reload()
    expect(page.locator("#connection-said")).to_have_text("Connected")
    page.locator("#alerts-open").click()
    expect(page.locator("#alerts-rules li")).to_have_count(1)
    expect(told).to_have_count(0)
    page.locator("#alerts-rules").get_by_role("button", name="Remove").click()
    expect(page.locator("#alerts-rules li")).to_have_count(0)


def test_all_that_was_told_is_dismissed_at_once(page: Page, board: Server) -> None:
    priced(page)
    expect(page.locator("#alerts-rules li")).to_have_count(1)
    me = {"LineFinder-Browser": page.evaluate("localStorage.getItem('linefinder.browser')")}
    [rule] = board.rest("/api/alerts/rules", headers=me).json()["rules"]
    asked = {name: rule[name] for name in ("kind", "sport", "event", "market", "outcome")}
    rule = {**asked, "price": -90000}
    assert board.rest("/api/alerts/rules", "POST", json=rule, headers=me).status_code == 201
    assert board.rest("/api/refresh/nba", "POST").ok
    expect(page.locator("#alerts-count")).to_have_text("2")
    page.get_by_role("button", name="Dismiss all").click()
    expect(page.locator("#alerts-list li")).to_have_count(0)
    expect(page.get_by_role("button", name="Dismiss all")).to_be_hidden()
    page.reload()
    expect(page.locator("#connection-said")).to_have_text("Connected")
    expect(page.locator("#alerts-count")).to_have_text("")


def test_a_rule_is_made_on_the_page_of_an_event_for_that_event(page: Page, board: Server) -> None:
    page.locator("a.name").first.click()
    expect(page.locator("#connection-said")).to_have_text("Connected")
    page.locator("#alerts-open").click()
    page.get_by_role("button", name="New alert").click()
    chosen = page.locator("#alert-rule [name=event]")
    expect(chosen).to_have_value(page.url.rpartition("/")[2])
    page.locator("#alert-rule [name=kind]").select_option("move")
    page.get_by_role("button", name="Wait for it").click()
    expect(page.locator("#alerts-rules li")).to_contain_text(" at ")
    assert faults(page) == []


def test_a_refused_rule_says_why_and_stays_open(
    page: Page, complaints: Complaints, board: Server
) -> None:
    complaints.allow("400")
    page.locator("#alerts-open").click()
    page.get_by_role("button", name="New alert").click()
    dialog = page.locator("#alert-rule")
    dialog.locator("[name=market]").select_option("spreads")
    expect(dialog.locator("[name=point]")).to_be_visible()
    dialog.locator("[name=market]").select_option("")
    dialog.locator("[name=price]").fill("150")
    dialog.get_by_role("button", name="Wait for it").click()
    expect(page.locator("#alert-refused")).to_contain_text("market")
    expect(dialog).to_be_visible()
    dialog.locator("[name=kind]").select_option("steam")
    expect(dialog.locator("[data-field=price]")).not_to_be_visible()
    dialog.get_by_role("button", name="Wait for it").click()
    expect(page.locator("#alerts-rules li")).to_contain_text("several books move")


def test_quiet_hours_are_those_of_the_browsers_zone(page: Page, board: Server) -> None:
    page.locator("#alerts-open").click()
    page.locator("#alerts-quiet [name=from]").fill("23:00")
    page.locator("#alerts-quiet [name=to]").fill("07:30")
    page.locator("#alerts-quiet").get_by_role("button", name="Save").click()
    expect(page.locator("#alerts-quiet-said")).to_have_text("Saved")
    key = page.evaluate("localStorage.getItem('linefinder.browser')")
    kept = board.rest("/api/alerts/rules", headers={"LineFinder-Browser": key}).json()["quiet"]
    zone = page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
    assert kept == {"from": "23:00", "to": "07:30", "zone": zone}


def test_a_browser_that_waits_for_nothing_has_no_id(page: Page, board: Server) -> None:
    page.locator("#alerts-open").click()
    assert page.evaluate("localStorage.getItem('linefinder.browser')") is None


def test_the_service_worker_shows_what_is_pushed(page: Page, board: Server) -> None:
    """Chromium's own push service is out of reach: the push is handed to the worker by hand."""
    origin = board.url.removesuffix("/odds")
    page.context.grant_permissions(["notifications"], origin=origin)
    tools = page.context.new_cdp_session(page)
    versions: list[dict[str, str]] = []
    tools.on(
        "ServiceWorker.workerRegistrationUpdated", lambda e: versions.extend(e["registrations"])
    )
    tools.send("ServiceWorker.enable")
    page.evaluate("""navigator.serviceWorker.register("/odds/sw.js", { scope: "/odds/" })
      .then(() => navigator.serviceWorker.ready).then(() => true)""")
    until(lambda: page.evaluate("true") and versions, what="the browser tells of it")
    alert = {"id": "a", "sport": "basketball_nba", "title": "Heat at Celtics", "text": "up"}
    data = {"alerts": [{**alert, "late": 120}, {**alert, "late": 0}], "more": 1}
    push = {"origin": origin, "registrationId": versions[0]["registrationId"]}
    tools.send("ServiceWorker.deliverPushMessage", {**push, "data": json.dumps(data)})
    shown = """navigator.serviceWorker.ready
      .then((one) => one.getNotifications())
      .then((all) => all.length && [all.length, all[0].title, all[0].body])"""
    count, title, body = until(lambda: page.evaluate(shown), what="the worker shows it")
    assert (count, title) == (1, "3 alerts")
    assert body == "Heat at Celtics: up (up to 2 min late)\nHeat at Celtics: up\nand 1 more"


def test_push_that_the_browser_does_not_allow_is_said(page: Page, board: Server) -> None:
    page.locator("#alerts-open").click()
    page.get_by_role("button", name="Tell me also").click()
    expect(page.locator("#alerts-push [role=status]")).not_to_be_empty()
    assert page.evaluate("localStorage.getItem('linefinder.push')") is None


def test_axe_finds_nothing_in_the_panel_and_the_dialog(page: Page, board: Server) -> None:
    priced(page)
    expect(page.locator("#alerts-rules li")).to_have_count(1)
    assert board.rest("/api/refresh/nba", "POST").ok
    expect(page.locator("#alerts-list li")).to_have_count(1)
    assert faults(page) == []
    page.locator("#alerts-new").click()
    assert faults(page) == []
