"""Under CI a missing thing is a failure; elsewhere it is a skip that says what is missing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.recordings import ROOT

SKIPPING = """
from tests.support.need import need
def test_that_needs_a_moon():
    need(None, "there is no moon")
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "ci", "code", "said"),
    [
        (SKIPPING, "", 0, "SKIPPED .* there is no moon"),
        (SKIPPING, "true", 1, "CI must have it: there is no moon"),
        ("import pytest\n@pytest.mark.skip\ndef test_a(): pass\n", "", 0, "1 skipped"),
        ("import pytest\n@pytest.mark.skip\ndef test_a(): pass\n", "true", 1, "skipped tests fail"),
        ("def test_a(): pass\n", "true", 0, "1 passed"),
    ],
)
def test_under_ci_nothing_is_skipped(
    tmp_path: Path, text: str, ci: str, code: int, said: str
) -> None:
    (tmp_path / "test_it.py").write_text(text)
    command = [
        sys.executable,
        "-m",
        "pytest",
        f"--rootdir={ROOT}",
        "-c",
        str(ROOT / "pyproject.toml"),
    ]
    ended = subprocess.run(
        [*command, "-p", "tests.conftest", "-p", "no:cacheprovider", str(tmp_path / "test_it.py")],
        cwd=ROOT,
        env={**os.environ, "CI": ci},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == code, ended.stdout + ended.stderr
    assert re.search(said, ended.stdout)
