"""The environment over the .env file, of which nothing is passed over in silence: who misspells a
setting, or the file's name, would otherwise run on defaults that may cost credits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path

from dotenv.parser import parse_stream

from linefinder.config import ROOT
from linefinder.domain.errors import ConfigError
from linefinder.settings import SETTINGS

VARIABLE = "LINEFINDER_ENV_FILE"


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment over the .env file. LINEFINDER_ENV_FILE names another file, or none if empty.
    ConfigError where the file, or a line of it, can't be read."""
    return {**_filed(environ), **environ}


def unknown_names(environ: Mapping[str, str]) -> Iterator[str]:
    """What the .env file sets that is no setting, most likely misspelt; Flask has names of its own."""
    known = {VARIABLE, *(setting.name for setting in SETTINGS)}
    return (n for n in _filed(environ) if n not in known and not n.startswith("FLASK_"))


def _filed(environ: Mapping[str, str]) -> dict[str, str]:
    """Only the file that nobody named may be missing."""
    named, usual = environ.get(VARIABLE), ROOT / ".env"
    if named == "" or (named is None and not usual.exists()):
        return {}
    path = Path(named or usual)
    try:
        found = parse_stream(StringIO(path.read_text("utf-8-sig")))
    except OSError as error:
        raise ConfigError(VARIABLE, str(path), f"can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(VARIABLE, str(path), "can't be read: it is not UTF-8") from None
    pairs: dict[str, str] = {}
    for binding in found:
        if binding.error:  # its text is not shown: it may be the key
            line = f"line {binding.original.line} is not NAME=value"
            raise ConfigError(VARIABLE, str(path), line)
        if binding.key is not None and binding.value is not None:
            pairs[binding.key] = binding.value
    return pairs
