"""what the planner has learnt of a sport

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-24 04:55:00

"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "learnings",
        sa.Column("sport_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["sport_id"], ["sports.id"], name=op.f("fk_learnings_sport_id")),
        sa.PrimaryKeyConstraint("sport_id", name=op.f("pk_learnings")),
    )


def downgrade():
    op.drop_table("learnings")
