"""The OpenAPI document, made from the functions that answer."""

from __future__ import annotations

from types import UnionType
from typing import Any, get_args

from spectree import SecurityScheme, SecuritySchemeData, SpecTree
from spectree.model_adapter import get_msgspec_model_adapter
from spectree.models import SecureType

from linefinder.web.rest import schema


def _name(model: Any) -> str:
    """The name of a shape in the document; a list of Sport (spectree wraps it) is Sports."""
    if isinstance(model, UnionType):
        return "Or".join(map(_name, get_args(model)))
    while get_args(model):
        model = get_args(model)[0]
        if not get_args(model):
            return f"{model.__name__}s"
    return str(model.__name__)


BEARER = SecuritySchemeData(type=SecureType.HTTP, scheme="bearer")
spec = SpecTree(
    "flask",
    model_adapter=get_msgspec_model_adapter(),
    mode="strict",
    title="LineFinder",
    version="1",
    description="Live odds boards. Refusals are problem details (RFC 9457) with a `code`.",
    naming_strategy=_name,
    nested_naming_strategy=lambda _parent, child: child,
    validation_error_status=400,
    validation_error_model=schema.Problem,
    security_schemes=[SecurityScheme(name="token", data=BEARER)],
)
Problem = schema.Problem
AT_THE_DOOR = {
    "401": "BOARD_ACCESS or DATA_ACCESS keeps it for a page's pass or a token",
    "429": "REST_RATE_LIMIT",
}
"""What every operation but health may answer before it is even looked at (doors.py)."""

MEDIA_TYPES = {"Problem": "application/problem+json", "EventStream": "text/event-stream"}


def document() -> dict[str, Any]:
    """The generated document, with what it can't know by itself."""
    told: dict[str, Any] = spec.spec
    told["components"]["schemas"]["Switch"]["minProperties"] = 1
    for path, operations in told["paths"].items():
        for operation in operations.values():
            if path != "/api/health":
                _add_refusals(operation["responses"])
            for response in operation["responses"].values():
                _retype(response.get("content", {}))
    return told


def _add_refusals(responses: dict[str, Any]) -> None:
    problem = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, words in AT_THE_DOOR.items():
        responses.setdefault(status, {"description": words, "content": dict(problem)})


def _retype(content: dict[str, Any]) -> None:
    """What is not plain JSON stands under its own media type."""
    refers = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    kind = MEDIA_TYPES.get(refers.rpartition("/")[2])
    if kind:
        content[kind] = content.pop("application/json")
