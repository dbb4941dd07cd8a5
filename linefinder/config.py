"""Environment -> Config, read once. An unusable value stops the start, by name."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from linefinder.domain.errors import ConfigError
from linefinder.domain.quota import poll_cost
from linefinder.settings import SETTINGS, Network

ROOT = Path(__file__).resolve().parent.parent
COMMON_PASSWORDS = Path(__file__).with_name("common_passwords.txt")
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
    odds_commission: dict[str, float]
    scores: bool
    include_links: bool
    link_hosts: dict[str, str]
    link_state: str
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
    trusted_proxies: tuple[Network, ...]
    board_access: str
    board_password: str
    board_user_header: str
    data_access: str
    data_token: str
    rest_rate_limit: int
    site_notice: str
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
    log_format: str

    @property
    def demo(self) -> bool:
        return not self.odds_api_key

    @property
    def poll_cost(self) -> int:
        """Credits of one full poll of one sport."""
        return poll_cost(len(self.odds_markets), len(self.odds_regions), len(self.odds_bookmakers))

    @property
    def market_cost(self) -> int:
        """Credits of one market of one event."""
        return poll_cost(1, len(self.odds_regions), len(self.odds_bookmakers))

    @property
    def on_loopback(self) -> bool:
        return is_loopback(self.host)

    @property
    def is_public(self) -> bool:
        """Whether others than this machine can reach it, if only through a proxy."""
        return not self.on_loopback or bool(self.trusted_proxies)

    @property
    def is_private(self) -> bool:
        return self.board_access == "private"

    @property
    def data_for(self) -> str:
        """DATA_ACCESS as it applies: page, token or open."""
        return self.data_access or ("page" if self.is_public else "open")

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log, page or error may show."""
        tokens = (self.refresh_token, self.data_token, self.board_password)
        addresses = (urlsplit(self.database_url).password, urlsplit(self.redis_url).password)
        found = (self.odds_api_key, *tokens, *addresses, self.secret_key)
        return tuple(secret for secret in found if secret)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


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
    _refuse_doors_without_key(config)
    return config


def _refuse_open_refresh(config: Config) -> None:
    """Else anyone who reaches the board could burn the month's credits."""
    if config.is_public and not (config.refresh_token or config.public_refresh):
        name, value = "HOST", config.host
        if config.on_loopback:
            name, value = "TRUSTED_PROXIES", ",".join(map(str, config.trusted_proxies))
        raise ConfigError(
            name,
            value,
            "others can reach it, so set REFRESH_TOKEN, or PUBLIC_REFRESH=true to let anyone "
            "spend credits",
        )


def _refuse_doors_without_key(config: Config) -> None:
    """Else nobody could enter, or anybody could say to be somebody."""
    header = config.board_user_header
    if header and not config.trusted_proxies:
        words = "anyone could send it, so set TRUSTED_PROXIES to the proxy that does"
        raise ConfigError("BOARD_USER_HEADER", header, words)
    if config.board_password and is_common(config.board_password):
        words = "it is among the 3,000 that are tried first; choose another"
        raise ConfigError("BOARD_PASSWORD", "(not shown)", words)
    if config.is_private and not (config.board_password or header):
        words = "it needs BOARD_PASSWORD, or BOARD_USER_HEADER and TRUSTED_PROXIES"
        raise ConfigError("BOARD_ACCESS", config.board_access, words)
    if config.data_for == "token" and not (config.data_token or config.refresh_token):
        raise ConfigError("DATA_ACCESS", config.data_access, "it needs DATA_TOKEN or REFRESH_TOKEN")


def is_common(password: str) -> bool:
    """Whether a password is one of those that everybody tries."""
    mark = hashlib.sha256(password.lower().encode()).hexdigest()[:10]
    return mark in COMMON_PASSWORDS.read_text("ascii").split()


def own_origins(config: Config, port: int) -> tuple[str, ...]:
    """The origins from which pages may talk to this server."""
    if config.allowed_origins:
        return config.allowed_origins
    hosts = ("localhost", "127.0.0.1", "[::1]") if config.on_loopback else (config.host,)
    return tuple(f"http://{host}:{port}" for host in hosts)
