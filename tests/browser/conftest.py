"""Boards for all tests of a module that look at them and poll them, and change nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.live.conftest import BY_HAND
from tests.support.sandbox import Sandbox
from tests.support.server import Server


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
def lively(tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox) -> Iterator[Server]:
    """A server beside it."""
    server = Server(tmp_path_factory.mktemp("lively"), **sandbox.settings(**BY_HAND))
    server.start()
    yield server
    server.close()
