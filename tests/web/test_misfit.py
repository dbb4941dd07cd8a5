"""What a person reads whose request does not fit: plain words, and the field by its name."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from linefinder.web.rest import alert_schema, schema
from linefinder.web.rest.misfit import words_of

STEAM = '{"kind": "steam", "sport": "nba", '
FIND = '{"kind": "find", "sport": "nba", '


@pytest.mark.parametrize(
    ("shape", "body", "words"),
    [
        (alert_schema.AnyRule, "[1]", "it must be an object, not a list"),
        (alert_schema.AnyRule, "{}", "'kind' is missing"),
        (alert_schema.AnyRule, '{"kind": "gut"}', "'kind' does not know 'gut'"),
        (alert_schema.AnyRule, '{"kind": 1}', "'kind' must be a text"),
        (alert_schema.AnyRule, STEAM + '"more": 1}', "'more' is not known"),
        (alert_schema.AnyRule, STEAM + '"books": 1}', "'books' must be at least 2"),
        (alert_schema.AnyRule, STEAM + '"books": 2.5}', "'books' must be a whole number"),
        (alert_schema.AnyRule, STEAM + '"seconds": "x"}', "'seconds' must be a number, not a text"),
        (alert_schema.AnyRule, STEAM + '"seconds": 1e999}', "'seconds' must be within the limits"),
        (
            alert_schema.AnyRule,
            STEAM + '"event": 3}',
            "'event' must be a text or null, not a whole number",
        ),
        (alert_schema.AnyRule, '{"kind": "steam", "sport": ""}', "'sport' must not be empty"),
        (
            alert_schema.AnyRule,
            '{"kind": "steam", "sport": "' + "x" * 65 + '"}',
            "'sport' must have at most 64 characters",
        ),
        (alert_schema.AnyRule, FIND + '"kinds": ["luck"]}', "'kinds' does not know 'luck'"),
        (
            alert_schema.AnyRule,
            FIND + '"mine": [3]}',
            "each of 'mine' must be a text, not a whole number",
        ),
        (
            alert_schema.AnyRule,
            FIND + '"mine": ["No Book"]}',
            "each of 'mine' must be the key of a bookmaker such as draftkings",
        ),
        (
            alert_schema.Quiet,
            '{"quiet": {"from": "9", "to": "10:00", "zone": "UTC"}}',
            "'quiet.from' must be a time of day such as 23:00",
        ),
        (alert_schema.Quiet, '{"quiet": {"from": "09:00", "zone": "x"}}', "'quiet.to' is missing"),
        (schema.Switch, '{"enabled": "yes"}', "'enabled' must be true or false, not a text"),
        (schema.Switch, '{"enabled"', "it is no JSON: it ends too early"),
        (schema.Switch, "x", "it is no JSON: invalid character (byte 0)"),
        (schema.Switch, b'{"mode": "\xff"}', "it is not UTF-8"),
    ],
)
def test_words_name_the_field_and_what_it_must_be(
    shape: Any, body: str | bytes, words: str
) -> None:
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)) as refused:
        msgspec.json.decode(body, type=shape)
    assert words_of(refused.value) == words
