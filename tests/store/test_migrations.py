"""The schema goes up and down, and is the one that the models ask for."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from linefinder.domain.errors import SchemaBehind
from linefinder.extensions import db
from linefinder.factory import create_app
from linefinder.store.engine import MIGRATIONS, bring_up, is_behind


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'board.db'}"
    return str(request.getfixturevalue("postgres_url"))


def test_up_down_and_up_again_ends_at_the_models(url: str, tmp_path: Path) -> None:
    app = create_app({"DATABASE_URL": url}, instance_path=str(tmp_path))
    with app.app_context():
        upgrade(str(MIGRATIONS))
        assert not is_behind()
        tables = set(db.metadata.tables)
        assert tables <= set(inspect(db.engine).get_table_names())
        downgrade(str(MIGRATIONS), "base")
        assert not tables & set(inspect(db.engine).get_table_names())
        assert is_behind()
        upgrade(str(MIGRATIONS))
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, db.metadata) == []
        db.engine.dispose()


def test_an_sqlite_database_is_brought_up_by_the_server_itself(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'board.db'}"
    app = create_app({"DATABASE_URL": url}, instance_path=str(tmp_path))
    with app.app_context():
        bring_up(app)
        assert not is_behind()
        db.engine.dispose()


def test_an_old_postgres_schema_is_refused_with_the_command(
    postgres_url: str, tmp_path: Path
) -> None:
    app = create_app({"DATABASE_URL": postgres_url}, instance_path=str(tmp_path))
    with app.app_context():
        with pytest.raises(SchemaBehind, match="flask --app app db upgrade"):
            bring_up(app)
        db.engine.dispose()
