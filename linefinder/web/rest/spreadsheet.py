"""Answers as CSV: for whoever asks by `?format=csv` or `Accept: text/csv`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response, request

from linefinder.domain.errors import Refused


def wants_csv() -> bool:
    """Whether the request asks for CSV; Refused where it asks for what there is not."""
    form = request.args.get("format")
    if form not in (None, "csv", "json"):
        raise Refused("bad_request", f"format={form[:64]!r} is neither csv nor json")
    if form is None:
        kinds = ["application/json", "text/csv"]
        return request.accept_mimetypes.best_match(kinds, kinds[0]) == "text/csv"
    return form == "csv"


def csv_answer(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """A line a row below the names of the columns. A text that a spreadsheet would run as a formula is
    quoted out of it; numbers stay numbers, None is empty."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return Response(text.getvalue(), mimetype="text/csv")


def _harmless(value: Any) -> Any:
    formula = isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{value}" if formula else value
