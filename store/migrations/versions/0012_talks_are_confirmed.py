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
    for table in ("match", "match_step"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("stated_by", sa.String(40), nullable=False, server_default="ORGANISER"))
            batch.add_column(sa.Column("confirmed", sa.Boolean(), nullable=False, server_default=sa.true()))
            if table == "match":
                batch.add_column(sa.Column("reason", sa.Text()))
        with op.batch_alter_table(table) as batch:
            batch.alter_column("stated_by", server_default=None)
            batch.alter_column("confirmed", server_default=None)
        own = "id" if table == "match" else "match_id"
        op.execute(
            f"UPDATE {table} SET stated_by = 'COUNTERPART', confirmed = (stage NOT IN ({JOINT})) "
            f"WHERE {own} IN ({ONE_SIDED})"
        )


def downgrade() -> None:
    for table in ("match", "match_step"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("stated_by")
            batch.drop_column("confirmed")
            if table == "match":
                batch.drop_column("reason")
