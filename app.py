"""The door: builds the app, starts the jobs, runs the server. `flask --app app` comes in here too."""

import os
import sys

from linefinder import bootstrap

ASYNC_MODE = bootstrap.prepare(serving=__name__ == "__main__")

import click  # noqa: E402
from flask import Flask  # noqa: E402

from linefinder import factory  # noqa: E402
from linefinder.domain.errors import LineFinderError  # noqa: E402
from linefinder.run import CannotListen, run  # noqa: E402


def create_app() -> Flask:
    """The application for `flask` commands; a wrong setting is one line, no traceback."""
    try:
        return factory.create_app()
    except LineFinderError as error:
        raise click.ClickException(str(error)) from error


def main() -> int:
    """Serve until told to stop; the exit code."""
    try:
        return run(ASYNC_MODE)
    except (LineFinderError, CannotListen) as error:
        print(f"LineFinder can't start: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # threads that still wait for the provider must not keep the process
