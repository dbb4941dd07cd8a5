"""The extensions, unbound: the factory binds them to an application."""

from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData

NAMES = {
    "ix": "ix_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Constraints carry names, so that a migration can drop them on every database."""

db = SQLAlchemy(metadata=MetaData(naming_convention=NAMES))
migrate = Migrate(db=db)
