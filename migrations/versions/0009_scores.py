"""scores of games

Revision ID: 0009
Revises: 0008
Create Date: 2026-11-27 07:45:00

"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "scores",
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("sport", sa.String(), nullable=False),
        sa.Column("home", sa.String(), nullable=True),
        sa.Column("away", sa.String(), nullable=True),
        sa.Column("completed", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_scores")),
    )
    op.create_index("ix_scores_sport", "scores", ["sport"])


def downgrade():
    op.drop_table("scores")
