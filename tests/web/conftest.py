"""A board behind REST and pages, without a server: an application, a provider, a clock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.rooms import House, open_house
from tests.support.upstream import odds_of


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, REFRESH_COOLDOWN_SECONDS="30") as opened:
        opened.poll(odds_of())
        yield opened
