"""Who imports whom: read from the syntax trees of a source folder, without running anything."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

DYNAMIC = {"import_module", "__import__"}
BROAD = {"Exception", "BaseException"}


class Import(NamedTuple):
    """One import of `source`: the full name of a module, and whether a function does it."""

    source: str
    target: str
    line: int
    inside: bool


class Module:
    """One file of the project by its dotted name."""

    def __init__(self, name: str, path: Path) -> None:
        self.name, self.is_package = name, path.name == "__init__.py"
        text = path.read_bytes()
        self.tree, self.lines = ast.parse(text, str(path)), text.count(b"\n")

    @cached_property
    def nodes(self) -> list[tuple[ast.AST, bool]]:
        """(node, whether it lies inside a function) of the whole tree."""
        functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
        found: list[tuple[ast.AST, bool]] = [(self.tree, False)]
        for node, inside in found:
            below = inside or isinstance(node, functions)
            found += ((child, below) for child in ast.iter_child_nodes(node))
        return found

    def base(self, level: int) -> str:
        """The package that `level` leading dots of a relative import mean."""
        parts = self.name.split(".")
        return ".".join(parts[: len(parts) - level + self.is_package])


def read_modules(root: Path) -> dict[str, Module]:
    """`app` and everything under `linefinder/` below `root`, by dotted name."""
    paths = [*root.glob("app.py"), *sorted((root / "linefinder").rglob("*.py"))]
    modules = {}
    for path in paths:
        parts = path.relative_to(root).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        modules[name] = _module(name, path, path.stat().st_mtime_ns)
    return modules


@cache
def _module(name: str, path: Path, _changed_at: int) -> Module:
    """The same one for all who ask: to read the house is most of what its tests cost."""
    return Module(name, path)


def imports_of(module: Module, known: Mapping[str, Module]) -> Iterator[Import]:
    """Every import of a module, also those for type checkers; `known` tells modules from names."""
    for node, inside in module.nodes:
        for target in _targets(node, module, known):
            yield Import(module.name, target, node.lineno, inside)  # type: ignore[attr-defined]


def _targets(node: ast.AST, module: Module, known: Mapping[str, Module]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = ".".join(
            filter(None, [module.base(node.level) if node.level else "", node.module or ""])
        )
        for alias in node.names:
            full = f"{base}.{alias.name}"
            yield full if full in known else base
    elif isinstance(node, ast.Call) and _called(node) in DYNAMIC:
        first = node.args[0] if node.args else None
        yield str(first.value) if isinstance(first, ast.Constant) else "what it computes"


def _called(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def circles(edges: Mapping[str, set[str]]) -> list[list[str]]:
    """The circles of a graph, each once, as the modules on it."""
    found: dict[frozenset[str], list[str]] = {}
    done: set[str] = set()

    def visit(name: str, path: list[str]) -> None:
        if name in path:
            circle = path[path.index(name) :]
            found.setdefault(frozenset(circle), [*circle, name])
            return
        if name in done:
            return
        for target in sorted(edges.get(name, ())):
            visit(target, [*path, name])
        done.add(name)

    for name in sorted(edges):
        visit(name, [])
    return list(found.values())


def swallowed(module: Module) -> Iterator[int]:
    """The lines of excepts that catch everything and do not end by raising."""
    for node, _ in module.nodes:
        if isinstance(node, ast.ExceptHandler) and _swallows(node):
            yield node.lineno


def _swallows(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    kinds = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    broad = any(kind is None or getattr(kind, "id", "") in BROAD for kind in kinds)
    return broad and not isinstance(handler.body[-1], ast.Raise)


def clocks(module: Module) -> Iterator[int]:
    """The lines that ask what time it is."""
    for node, _ in module.nodes:
        if isinstance(node, ast.Call) and _called(node) in {"now", "utcnow", "today"}:
            yield node.lineno
