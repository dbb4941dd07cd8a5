"""who looks at which sport, by process

Revision ID: 0010
Revises: 0009
Create Date: 2026-11-27 08:20:00

"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "audiences",
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("sport", sa.String(), nullable=False),
        sa.Column("viewers", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("holder", "sport", name=op.f("pk_audiences")),
    )


def downgrade():
    op.drop_table("audiences")
