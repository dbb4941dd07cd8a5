"""Names, times and lines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from linefinder.domain.odds import Board, LineKey, each_line, iso, iso_ms, parse_time
from linefinder.domain.sports import ALIASES, TITLES, alias_of, sport_key


def test_a_sport_goes_by_its_key_or_its_short_name() -> None:
    assert sport_key("nba") == sport_key(" NBA ") == sport_key("basketball_nba")
    assert sport_key("cricket_ipl") == "cricket_ipl"
    assert alias_of("basketball_nba") == "nba"
    assert alias_of("cricket_ipl") is None


def test_every_short_name_of_the_protocol_is_known() -> None:
    names = ["nba", "nfl", "mlb", "nhl", "wnba", "ncaaf", "ncaab", "kbo", "epl", "mls", "worldcup"]
    assert set(ALIASES) == set(names)
    assert set(TITLES) == set(ALIASES.values())
    assert [alias_of(sport_key(name)) for name in names] == names


def test_times_are_utc_with_z() -> None:
    noon = datetime(2026, 11, 24, 12, 0, 5, 129_999, tzinfo=timezone(timedelta(hours=2)))
    assert iso(noon) == "2026-11-24T10:00:05Z"
    assert iso_ms(noon) == "2026-11-24T10:00:05.129Z"
    assert parse_time(iso(noon)) == datetime(2026, 11, 24, 10, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-11-24T00:10:00", "soon", ""])
def test_a_time_without_an_offset_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_time(text)


def test_version_zero_is_the_empty_board() -> None:
    board = Board("basketball_nba", "9f2c41d0", "american")
    assert (board.version, board.time, board.checksum, board.events) == (0, None, 0, {})
    assert board.position == ("9f2c41d0", 0)


def test_every_line_is_given_with_its_key() -> None:
    events = {"e": {"lines": {"dk": {"h2h": {"A": (-110, None), "B": (100, None)}}}}}
    assert list(each_line(events)) == [
        (LineKey("e", "dk", "h2h", "A"), (-110, None)),
        (LineKey("e", "dk", "h2h", "B"), (100, None)),
    ]
