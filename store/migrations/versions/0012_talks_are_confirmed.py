"""Who stated each step of talks, and whether it is confirmed.

What an investor's or a planner's key recorded so far is that side's statement alone; everything else was loaded or
recorded by an organiser.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ONE_SIDED = """
    SELECT entity_id FROM change WHERE entity_type = 'Match' AND actor_role IN ('INVESTOR', 'PLANNER')
"""
JOINT = (
    "'MUTUAL_INTEREST', 'MEETING_SCHEDULED', 'MET', 'INTENT', 'NEGOTIATION', 'DUE_DILIGENCE', 'TERM_SHEET', "
    "'SIGNED', 'LANDED', 'FUNDED', 'TRACKING'"
)


def upgrade() -> None:
    # Column by column: a batch would lay the table anew on SQLite, which refuses to drop one that rows refer to.
    for table in ("match", "match_step"):
        op.add_column(table, sa.Column("stated_by", sa.String(40), nullable=False, server_default="ORGANISER"))
        op.add_column(table, sa.Column("confirmed", sa.Boolean(), nullable=False, server_default=sa.true()))
        if table == "match":
            op.add_column(table, sa.Column("reason", sa.Text()))
        if op.get_bind().dialect.name == "postgresql":  # SQLite can't forget a default; nothing relies on it
            op.alter_column(table, "stated_by", server_default=None)
            op.alter_column(table, "confirmed", server_default=None)
        own = "id" if table == "match" else "match_id"
        op.execute(
            f"UPDATE {table} SET stated_by = 'COUNTERPART', confirmed = (stage NOT IN ({JOINT})) "
            f"WHERE {own} IN ({ONE_SIDED})"
        )


def downgrade() -> None:
    for table in ("match", "match_step"):
        op.drop_column(table, "stated_by")
        op.drop_column(table, "confirmed")
        if table == "match":
            op.drop_column(table, "reason")
