"""Environment and .env -> Config, read once. An unusable value stops the start, by name."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from linefinder.domain.errors import ConfigError
from linefinder.domain.quota import poll_cost
from linefinder.settings import SETTINGS

ROOT = Path(__file__).resolve().parent.parent
DEMO_DEFAULTS = {"POLL_ENABLED": "true", "POLL_INTERVAL_SECONDS": "3"}


@dataclass(frozen=True, slots=True)
class Config:
    """The settings, parsed; see linefinder/settings.py for each. `demo`: there is no key."""

    odds_api_key: str
    odds_api_url: str
    odds_regions: tuple[str, ...]
    odds_bookmakers: tuple[str, ...]
    odds_markets: tuple[str, ...]
    odds_format: str
    fair_method: str
    fair_weights: dict[str, float]
    poll_enabled: bool
    poll_interval_seconds: float
    poll_mode: str
    poll_sports: tuple[str, ...]
    poll_allow_exhaustion: bool
    quota_reserve: int | None
    refresh_cooldown_seconds: float
    refresh_per_hour: int
    refresh_token: str
    public_refresh: bool
    database_url: str
    history_days: int
    resume_versions: int
    redis_url: str
    host: str
    port: int
    url_prefix: str
    secret_key: str
    allowed_origins: tuple[str, ...]
    alert_contact: str
    alert_webhooks: bool
    ws_max_connections: int
    ws_ping_interval_seconds: float
    ws_write_timeout_seconds: float
    ws_max_buffer_kb: int
    ws_max_per_address: int
    ws_memory_limit_mb: int
    fanout: str
    async_mode: str
    log_level: str

    @property
    def demo(self) -> bool:
        return not self.odds_api_key

    @property
    def poll_cost(self) -> int:
        """Credits of one full poll of one sport."""
        return poll_cost(len(self.odds_markets), len(self.odds_regions), len(self.odds_bookmakers))

    @property
    def on_loopback(self) -> bool:
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment over the .env file. LINEFINDER_ENV_FILE names another file, or none if empty."""
    path = environ.get("LINEFINDER_ENV_FILE", str(ROOT / ".env"))
    filed = dotenv_values(path, interpolate=False) if path else {}
    return {**{name: value for name, value in filed.items() if value is not None}, **environ}


def read_config(environ: Mapping[str, str]) -> Config:
    """The configuration; ConfigError names the first variable that can't be used."""
    demo = not environ.get("ODDS_API_KEY", "").strip()
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        default = DEMO_DEFAULTS.get(setting.name, setting.default) if demo else setting.default
        given = environ.get(setting.name, "").strip() or default
        try:
            values[setting.name.lower()] = setting.parse(given)
        except ValueError:
            shown = "(not shown)" if setting.secret else given
            allowed = f"it takes {setting.allowed}"
            raise ConfigError(setting.name, shown, allowed) from None
    config = Config(**values)
    _refuse_open_refresh(config)
    return config


def _refuse_open_refresh(config: Config) -> None:
    """Else anyone who reaches the board could burn the month's credits."""
    if not (config.on_loopback or config.refresh_token or config.public_refresh):
        raise ConfigError(
            "HOST",
            config.host,
            "others can reach it, so set REFRESH_TOKEN, or PUBLIC_REFRESH=true to let anyone "
            "spend credits",
        )


def own_origins(config: Config, port: int) -> tuple[str, ...]:
    """The origins from which pages may talk to this server."""
    if config.allowed_origins:
        return config.allowed_origins
    hosts = ("localhost", "127.0.0.1", "[::1]") if config.on_loopback else (config.host,)
    return tuple(f"http://{host}:{port}" for host in hosts)
