"""The documents: what they name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from linefinder.extensions import db
from linefinder.factory import create_app
from linefinder.provider.sandbox.faults import KINDS
from tests.support.recordings import ROOT

DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *ROOT.glob("docs/**/*.md")])
IDS = [str(path.relative_to(ROOT)) for path in DOCUMENTS]


@pytest.mark.parametrize("document", DOCUMENTS, ids=IDS)
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text()):
        assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=IDS)
def test_every_make_target_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = re.findall(r"(?:^|`)make ([a-z-]+)", document.read_text(), re.MULTILINE)
    assert set(named) <= targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=IDS)
def test_every_command_exists(document: Path, tmp_path: Path) -> None:
    app = create_app(
        {"DATABASE_URL": f"sqlite:///{tmp_path / 'x.db'}"}, instance_path=str(tmp_path)
    )
    named = re.findall(r"flask (?:--app app )?([a-z]+)", document.read_text())
    assert set(named) <= set(app.cli.commands) | {"run"}


def test_every_file_that_the_architecture_names_is_there() -> None:
    rooms = [ROOT, ROOT / "linefinder", ROOT / "static/js"]
    text = (ROOT / "docs/architecture.md").read_text()
    named = set(re.findall(r"[`(]([a-z_/.-]+(?:\.py|\.js|/))[`)]", text))
    assert [name for name in sorted(named) if not any((r / name).exists() for r in rooms)] == []


def test_every_table_is_told() -> None:
    told = (ROOT / "docs/architecture.md").read_text().split("## Tables")[1]
    assert [name for name in db.metadata.tables if f"`{name}`" not in told] == []


def test_the_first_screen_is_a_sentence_a_picture_and_two_commands() -> None:
    lines = [line for line in (ROOT / "README.md").read_text().splitlines() if line]
    assert lines[0] == "# LineFinder"
    assert lines[1].count(". ") == 0
    assert lines[2].startswith("![")
    assert lines[3:7] == [
        "```sh",
        "make run     # a live demo board on http://127.0.0.1:5000, no key needed",
        "make test    # the whole suite",
        "```",
    ]


def test_every_fault_of_the_sandbox_is_told() -> None:
    told = (ROOT / "docs/sandbox.md").read_text()
    for kind, words in KINDS.items():
        assert f"| `{kind}` | {words} |" in told
