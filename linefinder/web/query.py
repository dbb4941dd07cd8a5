"""Requests as strangers send them."""

from __future__ import annotations

import re
from typing import Any

from flask import Request

NOT_ASCII = re.compile(r"[^\x00-\x7f]")


class AnyRequest(Request):
    """A request whose query may be any bytes: they are read as if they were sent quoted, as browsers
    do. Else one byte that is no UTF-8 would be a mistake of ours (500) wherever a query is read."""

    def __init__(self, environ: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        query = environ.get("QUERY_STRING", "")
        environ["QUERY_STRING"] = NOT_ASCII.sub(lambda found: f"%{ord(found[0]):02X}", query)
        super().__init__(environ, *args, **kwargs)
