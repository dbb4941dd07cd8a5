"""make cluster: a board of several processes on this machine, until Ctrl-C.

PostgreSQL, Redis and nginx run in folders of their own and keep nothing; those of the machine are left
alone. What deploy/ ships for nginx is what stands in front.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import threading
from pathlib import Path

from tests.support.cluster import Cluster
from tests.support.engines import lacking
from tests.support.machine import is_free


def main() -> int:
    """Start everything, wait, stop everything; the exit code."""
    lacks = lacking()
    if lacks:
        print(f"make cluster needs servers that are not installed: {', '.join(lacks)}")
        return 1
    port = int(os.environ.get("PORT") or 5000)
    if not is_free(port):
        print(f"port {port} of 127.0.0.1 is taken; stop what runs there, or set PORT to another")
        return 1
    asked = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: asked.set())
    folder = Path(tempfile.mkdtemp(prefix="lf-cluster-"))
    cluster = Cluster(folder, port=port, POLL_SPORTS="nba,nfl", POLL_INTERVAL_SECONDS=3)
    try:
        print("Starting PostgreSQL, Redis, nginx, a sandbox, a poller and two web processes ...")
        cluster.start()
        _say(cluster, folder)
        while not asked.wait(0.5):
            pass
        print("Stopping.")
        codes = cluster.stop()
        return max(codes)
    except AssertionError as error:
        print(f"The cluster does not start: {error}", file=sys.stderr)
        return 1
    finally:
        cluster.close()
        shutil.rmtree(folder, ignore_errors=True)


def _say(cluster: Cluster, folder: Path) -> None:
    print(f"LineFinder is on {cluster.nginx.url}/ (nginx, in front of two web processes:")
    print(f"  {' and '.join(web.url for web in cluster.webs)}), with demo odds.")
    print(
        f"The provider's stand-in is on {cluster.sandbox.url}; logs are in {folder}. Ctrl-C ends it."
    )
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
