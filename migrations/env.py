"""Alembic's environment: migrations run on the database of the current application."""

from alembic import context
from flask import current_app

config = context.config
migrate = current_app.extensions["migrate"]
engine = migrate.db.engine


def run() -> None:
    """Run the migrations in one transaction."""
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=migrate.db.metadata,
            **migrate.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    context.configure(url=engine.url, target_metadata=migrate.db.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    run()
