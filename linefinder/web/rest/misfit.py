"""What is wrong with the body of a request, in plain words that still name the field."""

from __future__ import annotations

import re

import msgspec

KINDS = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
FORMS = {
    "from": "a time of day such as 23:00",
    "to": "a time of day such as 07:30",
    "mine": "the key of a bookmaker such as draftkings",
}
AT = re.compile(r" - at `\$([^`]*)`$")
PLACE = re.compile(r"\[[^\]]*\]")
WRONG_KIND = re.compile(r"Expected `([^`]+)`(?:, got `([^`]+)`)?")
FIELD = re.compile(r"Object (missing required|contains unknown) field `([^`]*)`")
BOUND = re.compile(r"Expected `(\w+)`( of length)? (>=|<=) (\S+)")
WHOLE = re.compile(r"Expected `\w+` that's a multiple of 1(\.0)?")
UNKNOWN = re.compile(r"Invalid (?:enum )?value (.*)", re.DOTALL)


def words_of(error: Exception) -> str:
    """What a person has to mend: 'price' must be a number, not a text."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    said = str(error)
    if not isinstance(error, msgspec.ValidationError):
        why = said.removeprefix("JSON is malformed: ")
        return f"it is no JSON: {'it ends too early' if 'truncated' in why else why}"
    at = AT.search(said)
    return _misfit(AT.sub("", said), at[1] if at else "")


def _misfit(said: str, at: str) -> str:
    """`at`: where in the body, as `.quiet.from` or `.kinds[0]`."""
    name = PLACE.sub("", at).lstrip(".")
    field = FIELD.fullmatch(said)
    if field:
        inner = ".".join(filter(None, (name, field[2])))
        return f"'{inner}' is {'missing' if field[1].startswith('missing') else 'not known'}"
    unknown = UNKNOWN.fullmatch(said)
    if unknown:
        return f"'{name}' does not know {unknown[1][:80]}"
    what = f"{'each of ' if at.endswith(']') else ''}'{name}'" if name else "it"
    return f"{what} must {_demand(said, name)}"


def _demand(said: str, name: str) -> str:
    kind = WRONG_KIND.fullmatch(said)
    if kind:
        return f"be {_kinds(kind[1])}" + (f", not {_kinds(kind[2])}" if kind[2] else "")
    bound = BOUND.fullmatch(said)
    if bound:
        if bound[2] and bound[4] == "1":
            return "not be empty"
        limit = f"{'at least' if bound[3] == '>=' else 'at most'} {bound[4].removesuffix('.0')}"
        unit = "characters" if bound[1] == "str" else "entries"
        return f"have {limit} {unit}" if bound[2] else f"be {limit}"
    if WHOLE.fullmatch(said):
        return "be a whole number"
    return f"be {FORMS.get(name.rpartition('.')[2], 'within the limits')}"


def _kinds(listed: str) -> str:
    return " or ".join(KINDS.get(kind, kind) for kind in listed.split(" | "))
