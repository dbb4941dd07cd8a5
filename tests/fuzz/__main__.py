"""python -m tests.fuzz [--by atheris|chance] [--runs N] [--only TARGET]: says what it fed, how fast.

A process for each target, because atheris ends its own. Ends with 1 at a fault, whose input it keeps.
"""

from __future__ import annotations

import argparse
import importlib.util
import inspect
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.fuzz.chance import inputs, some, spoilt
from tests.fuzz.targets import targets

SHARES = {"provided": 0.35, "beside": 0.2, "subscribed": 0.44, "asked": 0.01}
"""A request takes a hundred times as long as the others."""

KEPT = Path("test-results")


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz")
    asked.add_argument("--by", choices=("atheris", "chance"), help="one alone; else half by each")
    asked.add_argument("--runs", type=int, default=1_000_000)
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument("--only", choices=SHARES)
    said = asked.parse_args()
    if said.only:
        return feed(said.by or "chance", said.only, said.runs, said.seed)
    there = ["chance", "atheris"] if importlib.util.find_spec("atheris") else ["chance"]
    ways = [said.by] if said.by else there
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:  # atheris ends its process without tidying up
        for name, share in SHARES.items():
            for by in ways:
                runs = round(said.runs * share / len(ways))
                command = [sys.executable, "-m", "tests.fuzz", "--by", by, "--only", name]
                command += ["--runs", str(runs), "--seed", str(said.seed)]
                code = subprocess.run(command, env={**os.environ, "TMPDIR": folder}).returncode
                if code:
                    return 1
    took = time.monotonic() - began
    print(f"{said.runs:,} inputs in {took:.0f} s, by {' and '.join(ways)}: no fault")
    return 0


def feed(by: str, name: str, runs: int, seed: int) -> int:
    """One target; the exit code."""
    with tempfile.TemporaryDirectory() as folder, targets(Path(folder)) as every:
        target, began = every[name], time.monotonic()
        if by == "atheris":
            return _by_atheris(name, target, runs, seed, Path(folder))
        for number, data in enumerate(inputs(name, seed, runs)):
            try:
                target(data)
            except BaseException:
                KEPT.mkdir(exist_ok=True)
                (KEPT / f"fuzz-{name}").write_bytes(data)
                print(f"input {number} of {name} is kept in {KEPT}/fuzz-{name}", file=sys.stderr)
                raise
        took = time.monotonic() - began
        print(f"{name}: {runs:,} inputs in {took:.0f} s, {runs / took:,.0f} a second", flush=True)
    return 0


def _by_atheris(name: str, target: object, runs: int, seed: int, folder: Path) -> int:
    """libFuzzer goes where the code has not been yet, from inputs by chance."""
    import atheris

    corpus = folder / "corpus"
    corpus.mkdir()
    for number, data in enumerate(some(name)):
        (corpus / str(number)).write_bytes(data[:4096])
    KEPT.mkdir(exist_ok=True)
    options = [
        f"-runs={runs}",
        f"-seed={seed}",
        "-max_len=4096",
        "-verbosity=0",
        "-print_final_stats=1",
    ]
    options += [f"-artifact_prefix={KEPT}/fuzz-{name}-", "-rss_limit_mb=4096", "-timeout=30"]
    for function in functions_of(OURS):
        atheris.instrument_func(function)

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        """Half the time as a fuzzer does, half as JSON is spoilt."""
        chance = random.Random(seed)
        if chance.random() < 0.5:
            return bytes(atheris.Mutate(data, most))
        return spoilt(data.decode("utf-8", "replace"), chance)[:most]

    atheris.Setup([name, *options, str(corpus)], target, custom_mutator=mutate)
    atheris.Fuzz()
    os._exit(0)


OURS = (
    "linefinder.provider.normalise",
    "linefinder.domain",
    "linefinder.live.sockets",
    "linefinder.web",
    "linefinder.store.watchers",
)
"""Where atheris looks which way the code went."""


def functions_of(rooms: tuple[str, ...]) -> Iterator[Any]:
    """Every function of these modules, of classes too."""
    for name, module in list(sys.modules.items()):
        if name.startswith(rooms):
            holders = [module, *(each for each in vars(module).values() if isinstance(each, type))]
            for holder in holders:
                if getattr(holder, "__module__", name) == name:
                    yield from filter(inspect.isfunction, list(vars(holder).values()))


if __name__ == "__main__":
    sys.exit(main())
