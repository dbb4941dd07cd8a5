"""Pages and scripts go packed to whoever takes that; the REST API as it is."""

from __future__ import annotations

import gzip
import re

from tests.support.rooms import House

PACKED = {"Accept-Encoding": "gzip"}


def test_a_page_and_its_scripts_are_packed_for_those_who_ask(house: House) -> None:
    client = house.app.test_client()
    page = client.get("/nba", headers=PACKED)
    assert page.headers["Content-Encoding"] == "gzip"
    plain = client.get("/nba")
    assert "Content-Encoding" not in plain.headers
    assert page.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    html = gzip.decompress(page.data).decode()
    script = re.findall(r'src="([^"]+main\.js)"', html)[0]
    with client.get(script) as raw, client.get(script, headers=PACKED) as packed:
        assert gzip.decompress(packed.data) == raw.data
        assert "immutable" in packed.headers["Cache-Control"]
        assert packed.headers["ETag"] != raw.headers["ETag"]


def test_an_answer_of_the_api_is_never_packed(house: House) -> None:
    answer = house.app.test_client().get("/api/odds/nba", headers=PACKED)
    assert "Content-Encoding" not in answer.headers
