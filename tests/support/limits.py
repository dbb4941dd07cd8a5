"""How large the pieces of the house may be, and which are still larger: that list only shrinks."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.support.imports import Module, read_modules

LINES_A_FILE = 200
LINES_A_FUNCTION = 30
PARAMETERS = 4

LONG_FILES = {
    "linefinder.domain.finder",
    "linefinder.domain.moves",
    "linefinder.domain.planner.policy",
    "linefinder.domain.planner.rates",
    "linefinder.live.engine",
    "linefinder.live.limits",
    "linefinder.live.outbox",
    "linefinder.provider.client",
    "linefinder.provider.normalise",
    "linefinder.provider.sandbox.contract",
    "linefinder.settings",
    "linefinder.simulate.policies",
    "linefinder.store.models",
    "linefinder.store.write",
    "linefinder.wire",
}
LONG_FUNCTIONS = {
    "linefinder.domain.planner.solve.share_out",
}
MANY_PARAMETERS = {
    "linefinder.polling.cadence.Cadence.__init__",
    "linefinder.cli.sandbox._source",
    "linefinder.cli.sandbox.sandbox",
    "linefinder.cli.simulate.simulate",
    "linefinder.domain.apart._Court.judged",
    "linefinder.domain.compare.best_bookmakers",
    "linefinder.domain.consensus._judged",
    "linefinder.domain.finder._back_lays",
    "linefinder.domain.finder.finds_of",
    "linefinder.domain.planner.policy._costs",
    "linefinder.domain.planner.policy._course",
    "linefinder.domain.planner.policy.make_plan",
    "linefinder.domain.planner.policy.plan_within",
    "linefinder.domain.planner.policy.survey",
    "linefinder.domain.planner.rates.by_hour",
    "linefinder.domain.planner.rates.likeliest",
    "linefinder.domain.planner.scores.is_due",
    "linefinder.domain.planner.sheets.is_due",
    "linefinder.domain.planner.sheets.worth",
    "linefinder.domain.quota.forecast",
    "linefinder.domain.quota.lasting_interval",
    "linefinder.processes.follow.Follower.__init__",
    "linefinder.live.fanout.Fanout._tell_many",
    "linefinder.live.fanout.Fanout.emit",
    "linefinder.polling.plans.Plans.__init__",
    "linefinder.polling.poll.Poller.__init__",
    "linefinder.polling.props.Props.__init__",
    "linefinder.polling.prospects.Prospects.__init__",
    "linefinder.provider.sandbox.points.points_at",
    "linefinder.provider.sandbox.season.Season._book",
    "linefinder.polling.scores.Scores.__init__",
    "linefinder.simulate.judge._judge_track",
    "linefinder.simulate.judge._waits",
    "linefinder.simulate.policies._true_course",
    "linefinder.simulate.report._row",
    "linefinder.simulate.report._skills",
    "linefinder.simulate.report.compare",
    "linefinder.store.epochs._clear_board",
    "linefinder.store.epochs.begin_epoch",
    "linefinder.store.sheets.kept_of",
    "linefinder.store.step.record_step",
    "linefinder.store.subscriptions.subscribe",
    "linefinder.store.told.was_posted",
    "linefinder.web.shown.comparison.terms_of",
    "linefinder.web.shown.meaning.polling_words",
    "linefinder.web.shown.timeline.timeline",
    "linefinder.web.shown.tonight._best",
    "linefinder.web.shown.tonight._game",
    "linefinder.web.shown.tonight._sides",
    "linefinder.web.shown.tonight.games_of",
    "linefinder.web.shown.view.days_of",
    "linefinder.web.shown.view.event_rows",
    "linefinder.web.shown.view.sections_of",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions_of(module: Module) -> Iterator[tuple[str, Function]]:
    """Every function of a module by its full name, those of classes and in functions included."""

    def below(node: ast.AST, name: str) -> Iterator[tuple[str, Function]]:
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield from below(child, name)
                continue
            if not isinstance(child, ast.ClassDef):
                yield f"{name}.{child.name}", child
            yield from below(child, f"{name}.{child.name}")

    return below(module.tree, module.name)


def parameters(function: Function) -> int:
    """How many parameters a caller sees."""
    taken = function.args
    names = [each.arg for each in (*taken.posonlyargs, *taken.args, *taken.kwonlyargs)]
    return len(names) - (names[:1] in (["self"], ["cls"]))


def long_files(modules: Mapping[str, Module]) -> set[str]:
    """The modules that nobody reads in one go."""
    return {name for name, module in modules.items() if module.lines > LINES_A_FILE}


def functions_over(modules: Mapping[str, Module]) -> tuple[set[str], set[str]]:
    """The functions that are too long, and those that take too much."""
    found = [pair for module in modules.values() for pair in functions_of(module)]
    long = {name for name, node in found if _lines(node) > LINES_A_FUNCTION}
    return long, {name for name, node in found if parameters(node) > PARAMETERS}


def _lines(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def size_faults(root: Path) -> list[str]:
    """What is larger below `root` than the house allows, and what is listed and is not; a line each."""
    modules = read_modules(root)
    long, taking = functions_over(modules)
    return [
        *_against(LONG_FILES, long_files(modules), f"is longer than {LINES_A_FILE} lines"),
        *_against(LONG_FUNCTIONS, long, f"is longer than {LINES_A_FUNCTION} lines"),
        *_against(MANY_PARAMETERS, taking, f"takes more than {PARAMETERS} parameters"),
    ]


def _against(listed: set[str], found: set[str], words: str) -> Iterator[str]:
    yield from (f"{name} {words}" for name in sorted(found - listed))
    for name in sorted(listed - found):
        yield f"{name} no longer {words}: strike it off the list in tests/support/limits.py"
