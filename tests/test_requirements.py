"""The pins: everything that is asked for, in one version, free of the pinning machine's ways."""

from __future__ import annotations

import re

from tests.support.recordings import ROOT


def pins(name: str) -> dict[str, str]:
    """The pinned version of each package of a requirements file."""
    lines = (ROOT / name).read_text().splitlines()
    return dict(line.partition(" ;")[0].split("==") for line in lines if "==" in line)


def test_everything_is_pinned_and_both_files_agree() -> None:
    runtime, dev = pins("requirements.txt"), pins("requirements-dev.txt")
    shared = runtime.keys() & dev.keys()
    assert {name: runtime[name] for name in shared} == {name: dev[name] for name in shared}
    for name in ("requirements", "requirements-dev"):
        text = (ROOT / f"{name}.txt").read_text()
        assert "make pins" in text
        assert "--find-links" not in text
        assert "-index-url" not in text
        asked = re.findall(r"^[a-z][a-z0-9-]*", (ROOT / f"{name}.in").read_text(), re.MULTILINE)
        assert set(asked) <= pins(f"{name}.txt").keys()
