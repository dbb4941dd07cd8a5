"""Every setting of LineFinder, once: its default, what is allowed, and what it is for.

`.env.example` and docs/operations.md are checked against this table, and an unusable value is answered
with the text in `allowed`.
"""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from linefinder.domain.fair import METHODS
from linefinder.domain.links import HOST, HOSTS
from linefinder.domain.sports import sport_key

_TRUE, _FALSE = {"true", "1", "yes", "on"}, {"false", "0", "no", "off"}
_NAME = re.compile(r"[a-z0-9_]{1,64}")
SHORTEST_PASSWORD = 8
LONGEST_NOTICE = 500
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Setting:
    """`parse` turns the text into a value or raises ValueError; `allowed` says what it takes."""

    name: str
    default: str
    parse: Callable[[str], Any]
    allowed: str
    about: str
    secret: bool = False


def text(value: str) -> str:
    return value


def truth(value: str) -> bool:
    if value.lower() in _TRUE | _FALSE:
        return value.lower() in _TRUE
    raise ValueError(value)


def whole(least: int, most: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        number = int(value)
        if not least <= number <= most:
            raise ValueError(value)
        return number

    return parse


def whole_or_none(least: int, most: int) -> Callable[[str], int | None]:
    return lambda value: whole(least, most)(value) if value else None


def seconds(least: float, most: float) -> Callable[[str], float]:
    def parse(value: str) -> float:
        number = float(value)
        if not least <= number <= most:
            raise ValueError(value)
        return number

    return parse


def one_of(*choices: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value.lower() not in choices:
            raise ValueError(value)
        return value.lower()

    return parse


def words(value: str) -> tuple[str, ...]:
    """Names separated by commas, each once, in their order."""
    names = tuple(dict.fromkeys(part.strip().lower() for part in value.split(",") if part.strip()))
    if not all(_NAME.fullmatch(name) for name in names):
        raise ValueError(value)
    return names


def at_least_one(value: str) -> tuple[str, ...]:
    names = words(value)
    if not names:
        raise ValueError(value)
    return names


def weights(value: str) -> dict[str, float]:
    """{bookmaker: how much it counts} of `pinnacle=3,fanduel=0.5`."""
    found: dict[str, float] = {}
    for part in (part.strip().lower() for part in value.split(",") if part.strip()):
        name, _, number = part.partition("=")
        found[name.strip()] = float(number)
    if not all(_NAME.fullmatch(name) for name in found):
        raise ValueError(value)
    if not all(0 <= weight <= 1000 and math.isfinite(weight) for weight in found.values()):
        raise ValueError(value)
    return found


def percents(value: str) -> dict[str, float]:
    """{bookmaker: share} of `betfair_ex_uk=5,matchbook=2`."""
    found = weights(value)
    if not all(percent <= 50 for percent in found.values()):
        raise ValueError(value)
    return {name: percent / 100 for name, percent in found.items()}


def hosts(value: str) -> dict[str, str]:
    """{bookmaker: host} of `betmgm=betmgm.com`, over those that are known."""
    found = dict(HOSTS)
    for part in (part.strip().lower() for part in value.split(",") if part.strip()):
        name, _, host = part.partition("=")
        if not (_NAME.fullmatch(name.strip()) and HOST.fullmatch(host.strip())):
            raise ValueError(value)
        found[name.strip()] = host.strip()
    return found


def state(value: str) -> str:
    if value and not re.fullmatch("[a-z]{2}", value.lower()):
        raise ValueError(value)
    return value.lower()


def featured_markets(value: str) -> tuple[str, ...]:
    names = at_least_one(value)
    if not set(names) <= {"h2h", "spreads", "totals", "outrights"}:
        raise ValueError(value)
    return names


def sports(value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sport_key(name) for name in words(value)))


def http_url(value: str) -> str:
    """The provider writes its addresses with /v4, which is asked for with each path."""
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ValueError(value)
    return value.rstrip("/").removesuffix("/v4")


def origins(value: str) -> tuple[str, ...]:
    found = tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())
    for origin in found:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
            raise ValueError(value)
    return found


def networks(value: str) -> tuple[Network, ...]:
    """Addresses and networks separated by commas, such as 127.0.0.1,10.0.0.0/8."""
    parts = [part.strip() for part in value.split(",") if part.strip()]
    return tuple(ipaddress.ip_network(part) for part in parts)


def header(value: str) -> str:
    if value and not re.fullmatch(r"[A-Za-z0-9-]{1,64}", value):
        raise ValueError(value)
    return value


def password(value: str) -> str:
    if value and len(value) < SHORTEST_PASSWORD:
        raise ValueError(value)
    return value


def notice(value: str) -> str:
    if len(value) > LONGEST_NOTICE or not value.isprintable():
        raise ValueError(value)
    return value


def prefix(value: str) -> str:
    trimmed = value.strip("/")
    if trimmed and not re.fullmatch(r"[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*", trimmed):
        raise ValueError(value)
    return f"/{trimmed}" if trimmed else ""


def database(value: str) -> str:
    for short in ("postgres://", "postgresql://"):
        if value.startswith(short):
            return "postgresql+psycopg://" + value.removeprefix(short)
    if value and not value.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError(value)
    return value


def redis(value: str) -> str:
    if value and not value.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError(value)
    return value


def contact(value: str) -> str:
    if not re.fullmatch(r"mailto:[^@\s]+@[^@\s]+|https://\S+", value):
        raise ValueError(value)
    return value


_SECONDS = "a number of seconds from {} to {}"
_FLAG = "true or false"
_NAMES = "names of a-z, 0-9 and _ separated by commas"

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "ODDS_API_KEY",
        "",
        text,
        "a key of The Odds API",
        "Your key of The Odds API. Without "
        "one the board shows demo odds from the built-in sandbox.",
        secret=True,
    ),
    Setting(
        "ODDS_API_URL",
        "https://api.the-odds-api.com",
        http_url,
        "an http or https URL",
        "Where the provider is; a sandbox of your own may stand here.",
    ),
    Setting(
        "ODDS_REGIONS",
        "us",
        at_least_one,
        f"{_NAMES}, such as us,uk",
        "Regions of bookmakers. Each costs one credit a market and poll.",
    ),
    Setting(
        "ODDS_BOOKMAKERS",
        "",
        words,
        f"nothing, or {_NAMES}",
        "Chosen bookmakers instead of regions; each started ten cost as much as one region.",
    ),
    Setting(
        "ODDS_MARKETS",
        "h2h,spreads,totals",
        featured_markets,
        "some of h2h, spreads, totals, outrights, separated by commas",
        "Markets of the board. Each costs one credit a region and poll.",
    ),
    Setting(
        "ODDS_FORMAT",
        "american",
        one_of("american", "decimal"),
        "american or decimal",
        "The format in which prices are fetched and kept; pages can show either.",
    ),
    Setting(
        "FAIR_METHOD",
        "power",
        one_of(*METHODS),
        f"one of {', '.join(METHODS)}",
        "How the margin is taken out of prices to find fair ones; worst takes the least of all.",
    ),
    Setting(
        "FAIR_WEIGHTS",
        "",
        weights,
        "nothing, or bookmakers with numbers from 0 to 1000 such as pinnacle=3,fanduel=0.5",
        "How much each bookmaker counts in the consensus; one that is not named counts 1.",
    ),
    Setting(
        "ODDS_COMMISSION",
        "",
        percents,
        "nothing, or bookmakers with per cent from 0 to 50 such as betfair_ex_uk=5,matchbook=2",
        "What exchanges keep of a win; best lines, values and edges count without it. A viewer's own "
        "rates win.",
    ),
    Setting(
        "SCORES",
        "true",
        truth,
        _FLAG,
        "Ask for the scores of games in play while somebody looks and the credits allow it (one credit "
        "a sport and look, two where a game has ended).",
    ),
    Setting(
        "INCLUDE_LINKS",
        "false",
        truth,
        _FLAG,
        "Ask the provider for links to bet slips (it costs no credits): prices then open them.",
    ),
    Setting(
        "LINK_HOSTS",
        "",
        hosts,
        "nothing, or bookmakers with the host of their links such as betmgm=betmgm.com",
        "Where links may lead, besides the hosts of well-known bookmakers; others are left out.",
    ),
    Setting(
        "LINK_STATE",
        "",
        state,
        "nothing, or two letters such as nj",
        "The state whose sites links lead to, where a bookmaker has one for each; without it those "
        "bookmakers have no links.",
    ),
    Setting(
        "POLL_ENABLED",
        "false",
        truth,
        _FLAG,
        "The master switch: whether the provider is "
        "polled in the background. Without a key it is on by default.",
    ),
    Setting(
        "POLL_INTERVAL_SECONDS",
        "60",
        seconds(1, 86_400),
        _SECONDS.format(1, 86_400),
        "Seconds between two polls of a sport at the soonest; more where the credits would not "
        "last to the reset. Without a key 3 by default.",
    ),
    Setting(
        "POLL_MODE",
        "adaptive",
        one_of("adaptive", "fixed"),
        "adaptive or fixed",
        "Where the credits allow no poll every POLL_INTERVAL_SECONDS: adaptive plans polls for when "
        "lines move, fixed stretches the interval.",
    ),
    Setting(
        "POLL_SPORTS",
        "nba,nfl",
        sports,
        f"{_NAMES}, such as nba,nfl or basketball_nba",
        "Sports to poll, by the provider's keys or their short names.",
    ),
    Setting(
        "POLL_ALLOW_EXHAUSTION",
        "false",
        truth,
        _FLAG,
        "Keep to POLL_INTERVAL_SECONDS even where the credits will be gone before the reset.",
    ),
    Setting(
        "QUOTA_RESERVE",
        "",
        whole_or_none(0, 10_000_000),
        "nothing, or a whole number of credits from 0 to 10000000",
        "Credits of a month that background polls leave for manual refreshes; it falls to 0 "
        "at the reset. Nothing means 2 % of the plan, or what refreshes have lately used.",
    ),
    Setting(
        "REFRESH_COOLDOWN_SECONDS",
        "30",
        seconds(0, 86_400),
        _SECONDS.format(0, 86_400),
        "How long after any completed poll a manual refresh of that sport is refused.",
    ),
    Setting(
        "REFRESH_PER_HOUR",
        "20",
        whole(0, 100_000),
        "a whole number from 0 to 100000",
        "Manual refreshes an hour, of all sports together; 0 allows none.",
    ),
    Setting(
        "REFRESH_TOKEN",
        "",
        text,
        "a secret text",
        "With it, refreshing and switching need "
        "'Authorization: Bearer <token>'; the page asks for it once.",
        secret=True,
    ),
    Setting(
        "PUBLIC_REFRESH",
        "false",
        truth,
        _FLAG,
        "Allow a HOST other than loopback without REFRESH_TOKEN: anyone can spend credits.",
    ),
    Setting(
        "DATABASE_URL",
        "",
        database,
        "sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME",
        "Where the odds are kept. Nothing means an SQLite file in the instance folder.",
        secret=True,
    ),
    Setting(
        "HISTORY_DAYS",
        "0",
        whole(0, 36_500),
        "a whole number of days from 0 to 36500",
        "How long changes of lines are kept; 0 keeps them for ever.",
    ),
    Setting(
        "RESUME_VERSIONS",
        "256",
        whole(1, 10_000),
        "a whole number from 1 to 10000",
        "How many of the last updates a client that was away can still catch up with.",
    ),
    Setting(
        "REDIS_URL",
        "",
        redis,
        "redis://, rediss:// or unix:// followed by an address",
        "Where several processes serve one database, they tell each other over it when to look; "
        "without it each looks once a second.",
        secret=True,
    ),
    Setting("HOST", "127.0.0.1", text, "an address of this machine", "The address to listen on."),
    Setting(
        "PORT",
        "5000",
        whole(0, 65_535),
        "a whole number from 0 to 65535",
        "The port to listen on; 0 takes any free one.",
    ),
    Setting(
        "URL_PREFIX",
        "",
        prefix,
        "a path such as /odds",
        "A path under which the whole board lives: pages, API and socket.",
    ),
    Setting(
        "SECRET_KEY",
        "",
        text,
        "a secret text of your own",
        "Signs what the browser keeps. Nothing means one is drawn and kept in the instance folder.",
        secret=True,
    ),
    Setting(
        "ALLOWED_ORIGINS",
        "",
        origins,
        "origins such as https://odds.example, with commas",
        "Origins whose pages may open a socket or refresh. Nothing means the server's own.",
    ),
    Setting(
        "TRUSTED_PROXIES",
        "",
        networks,
        "addresses or networks such as 127.0.0.1,10.0.0.0/8",
        "Reverse proxies that are believed when they say for whom they ask (X-Forwarded-For, "
        "X-Forwarded-Proto). Nobody else is.",
    ),
    Setting(
        "BOARD_ACCESS",
        "open",
        one_of("open", "private"),
        "open or private",
        "Who may see the board: open to all who reach it, or private behind BOARD_PASSWORD or "
        "BOARD_USER_HEADER.",
    ),
    Setting(
        "BOARD_PASSWORD",
        "",
        password,
        "a secret text of 8 characters or more that is not among the most common",
        "The password that a private board asks for.",
        secret=True,
    ),
    Setting(
        "BOARD_USER_HEADER",
        "",
        header,
        "the name of a header, such as X-Forwarded-User",
        "A header in which a trusted proxy names the user that it has signed in.",
    ),
    Setting(
        "DATA_ACCESS",
        "",
        one_of("", "page", "token", "open"),
        "nothing, page, token or open",
        "Who gets odds as data, over REST, CSV, events and sockets: page is this board's own pages and "
        "tokens, token is tokens alone (pages keep their socket), open is anyone. Nothing means open "
        "on loopback, else page.",
    ),
    Setting(
        "DATA_TOKEN",
        "",
        text,
        "a secret text",
        "With 'Authorization: Bearer <token>' a program may read what DATA_ACCESS and BOARD_ACCESS "
        "keep. REFRESH_TOKEN may too.",
        secret=True,
    ),
    Setting(
        "REST_RATE_LIMIT",
        "120",
        whole(0, 1_000_000),
        "a whole number from 0 to 1000000",
        "Requests a minute from one address, pages included; 0 is any number. Static files and "
        "/api/health do not count.",
    ),
    Setting(
        "SITE_NOTICE",
        "",
        notice,
        "one line of at most 500 characters",
        "Words at the foot of every page, such as a minimum age and the number of a help line.",
    ),
    Setting(
        "ALERT_CONTACT",
        "mailto:linefinder@example.org",
        contact,
        "mailto: with an address, or an https URL",
        "Whom push services may write to about this server's alerts: they are told, nobody else.",
    ),
    Setting(
        "ALERT_WEBHOOKS",
        "false",
        truth,
        _FLAG,
        "Let any browser have its alerts sent to a webhook; else, and where others reach the board, "
        "only who has the REFRESH_TOKEN.",
    ),
    Setting(
        "WS_MAX_CONNECTIONS",
        "1000",
        whole(1, 1_000_000),
        "a whole number from 1 to 1000000",
        "Viewers at the same time; more are told to come back.",
    ),
    Setting(
        "WS_PING_INTERVAL_SECONDS",
        "30",
        seconds(1, 3600),
        _SECONDS.format(1, 3600),
        "How often a silent connection is asked whether it is still there.",
    ),
    Setting(
        "WS_WRITE_TIMEOUT_SECONDS",
        "10",
        seconds(1, 3600),
        _SECONDS.format(1, 3600),
        "How long a client may take nothing of what is sent before it is closed.",
    ),
    Setting(
        "WS_MAX_BUFFER_KB",
        "256",
        whole(16, 1_000_000),
        "a whole number of kilobytes from 16 to 1000000",
        "What may wait for a slow client behind the message that it is taking; beyond it its updates "
        "are dropped, and it gets a whole board once it has caught up.",
    ),
    Setting(
        "WS_MAX_PER_ADDRESS",
        "0",
        whole(0, 1_000_000),
        "a whole number from 0 to 1000000",
        "Viewers from one address at the same time; 0 is any number. Behind a reverse proxy set "
        "TRUSTED_PROXIES, else all have its address.",
    ),
    Setting(
        "WS_MEMORY_LIMIT_MB",
        "0",
        whole(0, 1_000_000),
        "a whole number of megabytes from 0 to 1000000",
        "Memory of the process above which no more viewers are let in than there were when it was "
        "reached, and the slowest are closed; 0 is no limit (Linux only).",
    ),
    Setting(
        "FANOUT",
        "direct",
        one_of("direct", "stock"),
        "direct or stock",
        "How rooms are told: direct writes one frame to all sockets (eventlet only), stock leaves "
        "it to Socket.IO.",
    ),
    Setting(
        "ASYNC_MODE",
        "eventlet",
        one_of("eventlet", "gevent", "threading"),
        "eventlet, gevent or threading",
        "The driver under the server; gevent needs 'pip install gevent', threading is for tests.",
    ),
    Setting(
        "LOG_LEVEL",
        "info",
        one_of("debug", "info", "warning", "error"),
        "debug, info, warning or error",
        "How much is written to the log.",
    ),
    Setting(
        "LOG_FORMAT",
        "text",
        one_of("text", "json"),
        "text or json",
        "Lines for people, or one JSON object a line for programs.",
    ),
)
