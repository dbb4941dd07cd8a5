"""who waits for which alerts, and what was told

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-24 21:40:00

"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "watchers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("quiet", sa.String(), nullable=True),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watchers")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_watchers_key_hash")),
    )
    op.create_table(
        "alert_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("watcher_id", sa.Integer(), nullable=False),
        sa.Column("sport", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["watcher_id"], ["watchers.id"], name=op.f("fk_alert_rules_watcher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_rules")),
        sa.UniqueConstraint("key", name=op.f("uq_alert_rules_key")),
    )
    op.create_index("ix_alert_rules_watcher_id", "alert_rules", ["watcher_id"])
    op.create_index("ix_alert_rules_sport", "alert_rules", ["sport"])
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("watcher_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["watcher_id"], ["watchers.id"], name=op.f("fk_subscriptions_watcher_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint("key", name=op.f("uq_subscriptions_key")),
        sa.UniqueConstraint(
            "watcher_id", "address", name=op.f("uq_subscriptions_watcher_id_address")
        ),
    )
    op.create_table(
        "sent_alerts",
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["alert_rules.id"], name=op.f("fk_sent_alerts_rule_id")
        ),
        sa.PrimaryKeyConstraint("rule_id", "about", name=op.f("pk_sent_alerts")),
    )
    op.create_index("ix_sent_alerts_at", "sent_alerts", ["at"])


def downgrade():
    for table in ("sent_alerts", "subscriptions", "alert_rules", "watchers"):
        op.drop_table(table)
