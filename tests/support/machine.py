"""What processes of the tests get from this machine: ports and an environment of their own."""

from __future__ import annotations

import os
import random
import socket

KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "CI", "LD_LIBRARY_PATH")
# Below the ports that systems hand out to outgoing connections: a client that keeps knocking at the
# port of a killed server would in time be given that very port and connect to itself.
PORTS = range(20_000, 32_000)

_given: set[int] = set()


def own_ports() -> range:
    """The ports of this process of the tests: what it has in mind for a server that is about to start,
    or to start again, no other one may take."""
    several = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    mine = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return PORTS[mine % several :: several]


def free_port() -> int:
    """A port of 127.0.0.1 where nobody listens, never the same twice."""
    ports = own_ports()
    for port in random.sample(ports, len(ports)):
        if port not in _given and is_free(port):
            _given.add(port)
            return port
    raise OSError("no free port")


def is_free(port: int) -> bool:
    """Whether nobody listens on a port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def fresh_env(**settings: object) -> dict[str, str]:
    """The environment of a new machine with `settings`: nothing of the developer's, no .env."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    fixed = {"LINEFINDER_ENV_FILE": "", "PYTHONUNBUFFERED": "1", "PYTHONFAULTHANDLER": "1"}
    return kept | fixed | {name: str(value) for name, value in settings.items()}
