"""props and alternates of events, and what was paid for besides polls

Revision ID: 0008
Revises: 0007
Create Date: 2026-11-25 04:10:00

"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("polls", sa.Column("what", sa.String(), nullable=False, server_default="odds"))
    op.add_column("asks", sa.Column("body", sa.String(), nullable=True))
    op.create_table(
        "offerings",
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("sport", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_offerings")),
    )
    op.create_table(
        "event_sheets",
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("market", sa.String(), nullable=False),
        sa.Column("sport", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed", sa.BigInteger(), nullable=True),
        sa.Column("wanted_at", sa.BigInteger(), nullable=False),
        sa.Column("odds_format", sa.String(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("event", "market", name=op.f("pk_event_sheets")),
    )
    op.create_index("ix_event_sheets_wanted_at", "event_sheets", ["wanted_at"])


def downgrade():
    op.drop_index("ix_event_sheets_wanted_at", table_name="event_sheets")
    op.drop_table("event_sheets")
    op.drop_table("offerings")
    op.drop_column("asks", "body")
    op.drop_column("polls", "what")
