"""What others wrote lies unmodified, and each file is accounted for."""

from __future__ import annotations

import hashlib
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[2] / "static" / "vendor"
LINES = (VENDOR / "SHA256SUMS").read_text().splitlines()
SUMS = {name: digest for digest, name in (line.split(maxsplit=1) for line in LINES)}


def test_every_file_is_the_one_that_was_published() -> None:
    found = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.glob("*/**/*")
        if path.is_file()
    }
    assert found == SUMS


def test_every_package_names_its_version_and_licence() -> None:
    table = (VENDOR / "VENDOR.md").read_text()
    for folder in (path for path in VENDOR.iterdir() if path.is_dir()):
        row = next(line for line in table.splitlines() if line.startswith(f"| {folder.name} |"))
        _, _, version, licence, *_ = (part.strip() for part in row.split("|"))
        assert version
        assert licence
        assert (folder / "LICENSE").is_file()
        assert version in next(folder.glob("*.js")).read_text()[:300]
