"""What all tests of a module share: boards that they look at and poll, and change nothing else of; a
window for the pure modules."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.modules import Run, serve_modules
from tests.live.conftest import BY_HAND
from tests.support.chromium import Complaints
from tests.support.moving import Moving
from tests.support.sandbox import Sandbox
from tests.support.server import Server
from tests.support.upstream import KEY


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo, which polls when it is told to."""
    server = Server(tmp_path_factory.mktemp("demo"), **BY_HAND)
    server.start()
    yield server
    server.close()


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A season whose lines move all the time."""
    playing = Sandbox(tmp_path_factory.mktemp("sandbox"), "--refresh", "0.1")
    playing.start()
    yield playing
    playing.close()


@pytest.fixture(scope="module")
def lively(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server each of whose polls finds most lines moved, at any hour."""
    provider = Moving()
    settings = {**BY_HAND, "ODDS_API_URL": provider.url, "ODDS_API_KEY": KEY}
    server = Server(tmp_path_factory.mktemp("lively"), **settings)
    server.start()
    yield server
    server.close()
    provider.close()


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Page]:
    """A window with nothing in it: to open one takes longer than most tests that need no more."""
    with browser.new_context() as context:
        yield context.new_page()


@pytest.fixture
def run(window: Page, complaints: Complaints) -> Iterator[Run]:
    """The page's pure modules, in a document of this test's own: nothing is kept of the one before."""
    complaints.watch(window)
    yield serve_modules(window)
    window.evaluate("localStorage.clear(); sessionStorage.clear()")
    complaints.leave(window)
    window.unroute_all()
