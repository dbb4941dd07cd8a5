"""`flask poller` as a process: it polls and serves no page."""

from __future__ import annotations

from pathlib import Path

from tests.support.machine import fresh_env
from tests.support.process import Program


class Poller(Program):
    """The process that polls; it is up once it says so."""

    def __init__(self, folder: Path, **settings: object) -> None:
        arguments = ["-m", "flask", "--app", "app", "poller"]
        super().__init__(arguments, fresh_env(**settings), folder / "poller.log", "")
        self._said = 0

    def launch(self) -> None:
        self._said = self.log.count("LineFinder polls")
        super().launch()

    def _answers(self) -> bool:
        if self.exit_code is not None:
            raise AssertionError(f"ended with exit code {self.exit_code}")
        return self.log.count("LineFinder polls") > self._said
