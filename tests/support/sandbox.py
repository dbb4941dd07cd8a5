"""The stand-in provider as a process, and the levers to steer it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.support.canary import CANARY
from tests.support.machine import free_port, fresh_env
from tests.support.process import Program


class Sandbox(Program):
    """The sandbox on a free port: `Sandbox(tmp_path, "--recording", path, "--speed", "60")`."""

    COMMAND: Sequence[str] = ("-m", "linefinder.cli.sandbox")

    def __init__(self, folder: Path, *arguments: object) -> None:
        self.port = free_port()
        command = [*self.COMMAND, "--port", str(self.port)]
        log = folder / f"sandbox-{self.port}.log"
        url = f"http://127.0.0.1:{self.port}"
        all_arguments: Sequence[str] = [*command, *map(str, arguments)]
        super().__init__(all_arguments, fresh_env(), log, url, probe="/_sandbox/state")

    def settings(self, **more: object) -> dict[str, object]:
        """What a server needs in its environment to poll this sandbox."""
        return {"ODDS_API_URL": self.url, "ODDS_API_KEY": CANARY, **more}

    def fault(self, kind: str, **details: Any) -> Any:
        """Break answers from now on: `fault("status", status=503, count=2)`; the faults in force."""
        return self._steer("POST", "fault", {"kind": kind, **details})

    def clear_faults(self) -> None:
        """Tell the truth again."""
        self._steer("DELETE", "fault", {})

    def step(self, index: int | None) -> Any:
        """A recording: go to the poll of that number and stay there; None lets it run on."""
        return self._steer("POST", "step", {"index": index})

    def account(self, **credits_: int) -> Any:
        """Set `size` and `used` of the month's credits."""
        return self._steer("POST", "account", credits_)

    def state(self) -> Any:
        """What it says about itself: what it plays, the calls served, the account, the faults."""
        return self._steer("GET", "state", {})

    def _steer(self, method: str, lever: str, body: dict[str, Any]) -> Any:
        answer = self.rest(f"/_sandbox/{lever}", method, json=body)
        assert answer.ok, f"{lever} {body}: {answer.status_code} {answer.text}"
        return answer.json()
