"""Runs every module here that has a `main()`, or those named: `python -m tests.bench poll`."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import tests.bench


def modules(names: list[str]) -> list[str]:
    """The modules of this folder, in order, or those of them that are named."""
    there = sorted(module.name for module in pkgutil.iter_modules(tests.bench.__path__))
    wanted = [name for name in there if not name.startswith("_")]
    unknown = set(names) - set(wanted)
    if unknown:
        raise SystemExit(f"no such measurement: {', '.join(sorted(unknown))}; there are {wanted}")
    return names or wanted


def main() -> None:
    """Each measurement under its name."""
    for name in modules(sys.argv[1:]):
        module = importlib.import_module(f"tests.bench.{name}")
        if hasattr(module, "main"):
            print(f"\n{name}: {(module.__doc__ or '').strip().splitlines()[0]}")
            module.main()


if __name__ == "__main__":
    main()
