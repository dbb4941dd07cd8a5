"""A database of its own for each test that asks."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis
from psycopg import sql

from tests.support.canary import leaks_in_postgres

POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
REDIS = "redis://127.0.0.1:6379"
CLAIM = "linefinder-tests:claimed"


def postgres_server() -> str | None:
    """The address of a PostgreSQL server where we may create databases; None where none answers."""
    url = os.environ.get("TEST_POSTGRES_URL", POSTGRES)
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.OperationalError:
        return None
    return url


@contextmanager
def postgres_database(server: str, template: str = "template1") -> Iterator[str]:
    """The URL of a new database, empty or as the one called `template` is, to which nobody may be
    connected. It is gone afterwards, whoever still holds it open."""
    name = f"lf_test_{secrets.token_hex(6)}"
    made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(made.format(sql.Identifier(name), sql.Identifier(template)))
        # it need not survive a loss of power: nobody waits for the disk
        hurried = sql.SQL("ALTER DATABASE {} SET synchronous_commit = off")
        admin.execute(hurried.format(sql.Identifier(name)))
        try:
            url = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
            yield url
            assert not leaks_in_postgres(url), "the canary is in this database"
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def redis_server() -> str | None:
    """The address of a Redis server; None where none answers."""
    url = os.environ.get("TEST_REDIS_URL", REDIS)
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=10, socket_timeout=10) as server:
            server.ping()
    except redis.ConnectionError:
        return None
    return url


@contextmanager
def redis_database(server: str) -> Iterator[str]:
    """The URL of an empty database of the server, emptied afterwards.

    Channels reach over all databases of a server: a test that publishes also needs `redis_channel`.
    """
    for number in range(1, 16):
        url = urlunsplit(urlsplit(server)._replace(path=f"/{number}"))
        with redis.Redis.from_url(url) as database:
            if database.dbsize() or not database.set(CLAIM, os.getpid(), nx=True, ex=3600):
                continue
            try:
                yield url
            finally:
                database.flushdb()
            return
    raise AssertionError(f"all databases of {server} are in use")
