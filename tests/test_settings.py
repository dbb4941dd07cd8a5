"""Settings: each is documented, and an unusable value stops the start with a clear line."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from pathlib import Path

import pytest

from linefinder.config import DEMO_DEFAULTS, Config, read_config
from linefinder.domain.errors import ConfigError
from linefinder.envfile import environment, unknown_names
from linefinder.settings import SETTINGS
from tests.support.recordings import ROOT

KEY = {"ODDS_API_KEY": "k" * 32}
BAD = {
    "ODDS_API_URL": "ftp://x",
    "ODDS_MARKETS": "h2h,player_points",
    "ODDS_REGIONS": " , ",
    "ODDS_FORMAT": "fractional",
    "FAIR_METHOD": "gut feeling",
    "FAIR_WEIGHTS": "pinnacle=nan",
    "POLL_ENABLED": "perhaps",
    "POLL_INTERVAL_SECONDS": "0",
    "POLL_SPORTS": "n b a",
    "QUOTA_RESERVE": "-1",
    "REFRESH_PER_HOUR": "many",
    "DATABASE_URL": "mysql://x",
    "PORT": "70000",
    "URL_PREFIX": "/a b",
    "ALLOWED_ORIGINS": "odds.example",
    "ALERT_CONTACT": "me",
    "WS_MAX_CONNECTIONS": "0",
    "WS_PING_INTERVAL_SECONDS": "nan",
    "RESUME_VERSIONS": "1.5",
    "ASYNC_MODE": "tornado",
    "LOG_LEVEL": "loud",
}


def test_every_setting_is_a_field_and_every_field_a_setting() -> None:
    names = [setting.name.lower() for setting in SETTINGS]
    assert names == [field.name for field in fields(Config)]


def test_every_setting_is_in_the_example_with_its_default() -> None:
    example = (ROOT / ".env.example").read_text()
    for setting in SETTINGS:
        assert f"\n#{setting.name}={setting.default}\n" in example, setting.name
        assert setting.about in example.replace("\n# ", " "), setting.name
    assert len(re.findall(r"^#[A-Z_]+=", example, re.MULTILINE)) == len(SETTINGS)


def test_every_setting_is_in_the_documents_with_its_default() -> None:
    table = (ROOT / "docs/operations.md").read_text()
    for setting in SETTINGS:
        default = f"`{setting.default}`" if setting.default else "nothing"
        row = f"| `{setting.name}` | {default} | {setting.allowed} | {setting.about} |"
        assert row in table, row


@pytest.mark.parametrize(("name", "value"), BAD.items())
def test_an_unusable_value_is_named_with_what_is_allowed(name: str, value: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_config({**KEY, name: value})
    allowed = next(setting.allowed for setting in SETTINGS if setting.name == name)
    assert str(caught.value) == f"{name}={value.strip()}: it takes {allowed}" or (
        name in str(caught.value) and allowed in str(caught.value)
    )


def test_an_unusable_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(value: str) -> str:
        raise ValueError(value)

    strict = [replace(setting, parse=refuses) for setting in SETTINGS if setting.secret]
    assert {"ODDS_API_KEY", "REFRESH_TOKEN", "SECRET_KEY"} <= {one.name for one in strict}
    for setting in strict:
        monkeypatch.setattr("linefinder.config.SETTINGS", (setting,))
        with pytest.raises(ConfigError, match=setting.name) as caught:
            read_config({setting.name: "hush-hush"})
        assert "hush" not in str(caught.value)


def test_a_board_that_others_reach_needs_a_token() -> None:
    with pytest.raises(ConfigError, match="REFRESH_TOKEN"):
        read_config({**KEY, "HOST": "0.0.0.0"})
    assert read_config({**KEY, "HOST": "0.0.0.0", "REFRESH_TOKEN": "letmein"}).host == "0.0.0.0"
    assert read_config({**KEY, "HOST": "0.0.0.0", "PUBLIC_REFRESH": "true"}).public_refresh


def test_without_a_key_the_board_is_a_lively_demo() -> None:
    demo, real = read_config({}), read_config(KEY)
    assert (demo.demo, demo.poll_enabled, demo.poll_interval_seconds) == (True, True, 3)
    assert (real.demo, real.poll_enabled, real.poll_interval_seconds) == (False, False, 60)
    still = read_config({name: "false" for name in DEMO_DEFAULTS if name == "POLL_ENABLED"})
    assert still.poll_enabled is False


def test_the_providers_address_may_have_its_version() -> None:
    for given in ("http://x:1", "http://x:1/", "http://x:1/v4", "http://x:1/v4/"):
        assert read_config({**KEY, "ODDS_API_URL": given}).odds_api_url == "http://x:1"


def test_sports_go_by_alias_or_key() -> None:
    config = read_config({"POLL_SPORTS": "NBA, basketball_nba,cricket_ipl"})
    assert config.poll_sports == ("basketball_nba", "cricket_ipl")


def test_chosen_bookmakers_cost_by_tens() -> None:
    books = ",".join(f"book{number}" for number in range(11))
    assert read_config({**KEY, "ODDS_REGIONS": "us,uk"}).poll_cost == 6
    assert read_config({**KEY, "ODDS_BOOKMAKERS": books}).poll_cost == 6
    assert read_config({**KEY, "ODDS_MARKETS": "h2h"}).poll_cost == 1


def test_bookmakers_are_weighed_by_name() -> None:
    assert read_config({"FAIR_WEIGHTS": "Pinnacle=3, fanduel = 0.5"}).fair_weights == {
        "pinnacle": 3,
        "fanduel": 0.5,
    }
    for wrong in ("pinnacle", "pinnacle=-1", "pinnacle=inf", "=3", "a b=3"):
        with pytest.raises(ConfigError, match="FAIR_WEIGHTS"):
            read_config({"FAIR_WEIGHTS": wrong})


def test_the_file_gives_what_the_environment_does_not(tmp_path: Path) -> None:
    file = tmp_path / "settings"
    file.write_bytes(b"\xef\xbb\xbfPOLL_MODE=fixed # even\r\nPORT=1\n# PORT=2\nODDS_API_KEY\n")
    given = {"LINEFINDER_ENV_FILE": str(file), "PORT": "3"}
    assert environment(given) == {**given, "POLL_MODE": "fixed"}
    assert environment({"LINEFINDER_ENV_FILE": ""}) == {"LINEFINDER_ENV_FILE": ""}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "can't be read: No such file or directory"),
        (b"PORT=1\nODDS_API_KEY hush-hush\n", "line 2 is not NAME=value"),
        (b"PORT=\xff\n", "it is not UTF-8"),
    ],
)
def test_a_file_that_can_not_be_read_stops_the_start(
    tmp_path: Path, content: bytes | None, why: str
) -> None:
    file = tmp_path / "settings"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        environment({"LINEFINDER_ENV_FILE": str(file)})
    assert str(caught.value).startswith(f"LINEFINDER_ENV_FILE={file}: ")
    assert str(caught.value).endswith(why)
    assert "hush" not in str(caught.value)


def test_what_is_no_setting_is_named(tmp_path: Path) -> None:
    file = tmp_path / "settings"
    file.write_text("POLL_SPORT=nba\nPOLL_MODE=fixed\nFLASK_DEBUG=0\n")
    assert list(unknown_names({"LINEFINDER_ENV_FILE": str(file)})) == ["POLL_SPORT"]
