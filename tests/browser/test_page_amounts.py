"""How far a line moved: the words of it, and that they stand beside the line and never on it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.modules import Run
from tests.live.conftest import poll
from tests.support.server import Server
from tests.support.waiting import until

# How far (px) an arrow may reach into its line: on a phone a hair's breadth is enough between them
TOUCH = {1440: -1, 360: 0}
# Of each cell that moved: what its arrow says, and how far (px) that reaches into the line beside it.
# Boxes of text are a few pixels higher than its digits.
REACH = """() => [...document.querySelectorAll(".line-cell .move")].flatMap((move) => {
  const cell = move.parentElement;
  if (!cell.checkVisibility()) return [];
  const boxes = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()].filter(({ width }) => width);
  };
  const ink = boxes(move);
  const texts = [...cell.querySelectorAll(".point, .price")].flatMap(boxes);
  const over = ink.flatMap((a) => texts.filter((b) => a.top + 3 < b.bottom && b.top + 3 < a.bottom)
    .map((b) => Math.min(a.right, b.right) - Math.max(a.left, b.left)));
  return [[move.textContent, Math.max(-99, ...over), cell.textContent]];
})"""


@pytest.mark.parametrize(
    ("was", "now", "shown", "words"),
    [
        ([-110, None], [-115, None], "american", "5"),
        ([-105, None], [105, None], "american", "10"),
        ([150, None], [130, None], "american", "20"),
        ([-110, -3.5], [-120, -3], "american", "\u00bd"),
        ([-110, 220.5], [-110, 222], "american", "1\u00bd"),
        ([-110, 0], [-110, -1], "american", "1"),
        ([-110, None], [-115, None], "decimal", ".04"),
        ([-110, None], [-115, None], "probability", "1.1"),
        ([-110, None], [-115, None], "fractional", ""),
        ([-110, None], [-110, 3], "american", ""),
        ([100, None], [-100, None], "american", ""),
    ],
)
def test_how_far_a_line_moved(
    run: Run, was: list[Any], now: list[Any], shown: str, words: str
) -> None:
    body = "return m.amountText(given[0], given[1], 'american', given[2])"
    assert run(["shown/amount"], body, [was, now, shown]) == words


@pytest.mark.slow
@pytest.mark.parametrize("width", [1440, 360])
def test_amounts_stand_beside_the_lines_that_moved(page: Page, lively: Server, width: int) -> None:
    poll(lively)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{lively.url}/nba")
    expect(page.locator("#connection-said")).to_have_text("Connected")

    def moved() -> list[Any]:
        poll(lively)
        found = page.evaluate(REACH)
        return found if sum(len(words) > 1 for words, *_ in found) >= 10 else []

    until(moved, what="lines move")
    for density in ("dense", "comfortable"):
        for market in ("spreads", "totals", "all"):
            page.goto(f"{lively.url}/nba?density={density}&market={market}")
            expect(page.locator("#connection-said")).to_have_text("Connected")
            found = until(moved, what=f"lines of {market} move")
            assert [one for one in found if one[1] > TOUCH[width]] == []
