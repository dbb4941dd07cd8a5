"""A program of ours, running as a process, with its log in a file."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import requests

from tests.support.canary import CANARY
from tests.support.recordings import ROOT
from tests.support.waiting import until

PATIENCE = 120.0
"""Seconds within which a program answers: also a whole cluster at once, on a busy machine."""


class Program:
    """`python ARGUMENTS` in the project's folder; it is up once `url + probe` answers HTTP."""

    def __init__(
        self,
        arguments: Sequence[str],
        env: Mapping[str, str],
        log: Path,
        url: str,
        probe: str = "/",
    ) -> None:
        self.arguments, self.env, self.log_path = arguments, env, log
        self.url, self.probe = url, probe
        self.command: Sequence[str] = []
        """What is run instead of `python ARGUMENTS`."""
        self.may_traceback = False
        self.process: subprocess.Popen[bytes] | None = None
        self.http = requests.Session()
        self.http.trust_env = False  # a proxy of the developer's has no say in 127.0.0.1

    def start(self, timeout: float = PATIENCE) -> None:
        """Run it; AssertionError with its log where it ends or does not answer in time."""
        self.launch()
        self.await_answer(timeout)

    def await_answer(self, timeout: float = PATIENCE) -> None:
        """Until it answers, once it was launched."""
        try:
            until(self._answers, timeout, f"{self.url}{self.probe} answers", every=0.03)
        except AssertionError as error:
            self.kill()
            raise AssertionError(f"{error}\n{self.log}") from None

    def launch(self) -> None:
        """Run it without waiting for an answer: for starts that are meant to fail."""
        assert self.process is None or self.process.poll() is not None, "it is running already"
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                self.command or [sys.executable, *self.arguments],
                cwd=ROOT,
                env=dict(self.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def await_log(self, words: str, timeout: float = PATIENCE) -> None:
        """Until its log says this."""
        until(lambda: words in self.log or self.exit_code is not None, timeout, words)
        assert words in self.log, self.log

    def _answers(self) -> bool:
        if self.exit_code is not None:
            raise AssertionError(f"ended with exit code {self.exit_code} before it answered")
        try:
            self.http.get(self.url + self.probe, timeout=5)
        except requests.RequestException:
            return False
        return True

    @property
    def exit_code(self) -> int | None:
        """The exit code (minus the signal that killed it); None while it runs."""
        return self.process.poll() if self.process else None

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self.process is not None, "it was never started"
        return self.process.pid

    @property
    def log(self) -> str:
        """All it has said so far, over all its starts."""
        return self.log_path.read_text("utf-8", "replace") if self.log_path.exists() else ""

    def wait(self, timeout: float = 60.0) -> int:
        """The exit code, once it has ended by itself."""
        assert self.process is not None, "it was never started"
        return self.process.wait(timeout)

    def kill(self) -> None:
        """SIGKILL: the program gets no chance to tidy up."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)

    def stop(self, how: signal.Signals = signal.SIGTERM, timeout: float = 30.0) -> int:
        """Ask it to end and give its exit code; AssertionError where it does not end in time."""
        assert self.process is not None, "it was never started"
        self.process.send_signal(how)
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(
                f"still running {timeout} s after {how.name}\n{self.log}"
            ) from None

    def restart(self) -> None:
        """Start it again, same port, same environment, killing it where it still runs."""
        self.kill()
        self.start()

    def rest(self, path: str, method: str = "GET", **options: Any) -> requests.Response:
        """The answer to a request, whatever its status."""
        answer = self.http.request(method, self.url + path, **{"timeout": 60, **options})
        assert options.get("stream") or CANARY.encode() not in answer.content, "the canary is told"
        return answer

    def close(self) -> None:
        """End it, and complain about any traceback in its log unless `may_traceback`."""
        self.kill()
        self.http.close()
        if not self.may_traceback:
            assert "Traceback (most recent call last)" not in self.log, self.log
