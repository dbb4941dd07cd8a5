"""boards and polls by time, and from which version on boards can be told

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-24 21:05:00

"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        "sports", sa.Column("told_from", sa.Integer(), server_default="0", nullable=False)
    )
    op.create_index("ix_sport_id_time_number", "versions", ["sport_id", "time", "number"])
    op.create_index("ix_sport_id_ended_at", "polls", ["sport_id", "ended_at"])
    op.drop_index("ix_sport_id", "polls")


def downgrade():
    op.create_index("ix_sport_id", "polls", ["sport_id"])
    op.drop_index("ix_sport_id_ended_at", "polls")
    op.drop_index("ix_sport_id_time_number", "versions")
    op.drop_column("sports", "told_from")
