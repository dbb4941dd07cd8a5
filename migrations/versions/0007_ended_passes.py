"""passes that were signed out

Revision ID: 0007
Revises: 0006
Create Date: 2026-11-25 04:47:00

"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "ended_passes",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_ended_passes")),
    )


def downgrade():
    op.drop_table("ended_passes")
