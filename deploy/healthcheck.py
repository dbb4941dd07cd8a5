"""Whether the server of this container is well: exit code 0 or 1, and what it says of itself."""

import os
import sys
import urllib.error
import urllib.request

WITHIN_SECONDS = 4


def main() -> int:
    port, prefix = os.environ.get("PORT", "5000"), os.environ.get("URL_PREFIX", "").strip("/")
    url = f"http://127.0.0.1:{port}{'/' if prefix else ''}{prefix}/api/health"
    straight = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with straight.open(url, timeout=WITHIN_SECONDS) as answer:
            print(answer.read(1000).decode())
            return 0
    except urllib.error.HTTPError as refusal:
        print(refusal.read(1000).decode("utf-8", "replace"))
    except OSError as error:
        print(error)
    return 1


if __name__ == "__main__":
    sys.exit(main())
