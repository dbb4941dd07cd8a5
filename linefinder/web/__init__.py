"""Pages and REST: thin. They read boards from memory, and ask for a poll; they never fetch or store.

`rest/` answers programs; `shown/` says, for both, what is to be said of a board. Beside them lie the
pages, and what every request passes: doors.py, headers.py, compress.py, errors.py.
"""

from flask import Flask

from linefinder.web import (
    across,
    bets,
    compress,
    doors,
    entrance,
    errors,
    headers,
    metrics,
    pages,
    slips,
)
from linefinder.web.query import AnyRequest
from linefinder.web.rest import api, closing, document, events, openers, props, receivers, stream


def register_pages(app: Flask) -> None:
    """Every route, header and error page of the application."""
    app.request_class = AnyRequest
    doors.init_app(app)
    headers.init_app(app)
    compress.init_app(app)
    errors.init_app(app)
    app.register_blueprint(api.bp)
    app.register_blueprint(stream.bp)
    app.register_blueprint(events.bp)
    app.register_blueprint(closing.bp)
    app.register_blueprint(openers.bp)
    app.register_blueprint(props.bp)
    app.register_blueprint(receivers.bp)
    app.register_blueprint(metrics.bp)
    app.register_blueprint(entrance.bp)
    app.register_blueprint(across.bp)
    app.register_blueprint(slips.bp)
    app.register_blueprint(bets.bp)
    app.register_blueprint(pages.bp)
    document.spec.app = app
