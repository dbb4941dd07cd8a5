"""A real browser: the Chromium that the machine has, driven by Playwright."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
# without these a browser talks to the outside at every start; root may not use its sandbox
ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """The path of a Chromium (CHROMIUM names one); None where there is none."""
    given = os.environ.get("CHROMIUM")
    if given:
        return shutil.which(given)
    found = [shutil.which(name) for name in NAMES] + [p for p in PLACES if Path(p).exists()]
    return next((path for path in found if path), None)


@contextmanager
def launched(path: str) -> Iterator[Browser]:
    """A browser without a window, closed afterwards."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


GONE = "WebSocket|ERR_CONNECTION_(REFUSED|RESET|CLOSED)|ERR_EMPTY_RESPONSE"
"""What a page complains about where its server went, whenever that was."""


class Complaints:
    """What pages complain about: uncaught errors and console errors, such as CSP violations."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self._allowed: list[re.Pattern[str]] = []

    def watch(self, page: Page) -> None:
        """Listen to a page from now on."""
        page.on("pageerror", self._hear_error)
        page.on("console", self._hear_console)

    def leave(self, page: Page) -> None:
        """Listen to it no longer: the next test will."""
        page.remove_listener("pageerror", self._hear_error)
        page.remove_listener("console", self._hear_console)

    def _hear_error(self, error: Error) -> None:
        self.heard.append(f"page error: {error}")

    def _hear_console(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.heard.append(f"console: {said.text}")

    def allow(self, pattern: str) -> None:
        """Complaints that `pattern` is found in are part of this test."""
        self._allowed.append(re.compile(pattern))

    def left(self) -> list[str]:
        """The complaints that nobody allowed."""
        return [text for text in self.heard if not any(p.search(text) for p in self._allowed)]
