"""up to which version the rules have been matched, so that a successor goes on there

Revision ID: 0006
Revises: 0005
Create Date: 2026-11-25 04:25:00

"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("sports", sa.Column("matched", sa.Integer(), nullable=True))


def downgrade():
    with op.batch_alter_table("sports") as batch:
        batch.drop_column("matched")
