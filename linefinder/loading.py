"""What a process begins with: boards, feeds and the account as the last one left them."""

from __future__ import annotations

from linefinder.domain.scores import RECENT
from linefinder.store import ledger, read
from linefinder.store.passes import ended_passes
from linefinder.store.scores import recent_scores
from linefinder.wiring import Wiring


def load_boards(wiring: Wiring) -> None:
    """Take all from the database into memory. Needs a current schema."""
    config, boards = wiring.config, wiring.boards
    boards.ledger = ledger.last_ledger()
    with boards.lock:
        known = {sport.key: sport for sport in read.known_sports()}
        boards.titles.update({key: sport.title for key, sport in known.items()})
        boards.active.update({key: sport.active for key, sport in known.items()})
        for key, sport in known.items():
            if sport.epoch:
                if sport.odds_format != config.odds_format:
                    # old prices under a new format's name would be lies
                    wiring.recorder.begin_epoch(key, config.odds_format, wiring.now(), clear=True)
                _load(wiring, key)
        wiring.wanted.restore()
        for key in wiring.wanted.sports:
            if key not in known or not known[key].epoch:
                wiring.poller.open(key)
    wiring.learning.restore(wiring.now())
    wiring.watching.restore()
    wiring.access.ended = ended_passes()


def _load(wiring: Wiring, key: str) -> None:
    stream, facts = read.load_stream(key, wiring.config.resume_versions)
    wiring.boards.swap(stream)
    is_told = facts.data_at is not None and facts.data_at <= wiring.now()
    wiring.boards.learn(
        key,
        data_at=facts.data_at if is_told else None,  # of later than now: the clock was set back
        failure=facts.failure if facts.failure == "upstream_error" else None,
        confirmed=facts.confirmed,
        scores=recent_scores(key, wiring.now() - RECENT),
    )
