"""Whether a place in a team, or an investment, is confirmed by the other side."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("team_member", "investment"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("confirmed", sa.Boolean(), nullable=False, server_default=sa.true()))
        with op.batch_alter_table(table) as batch:
            batch.alter_column("confirmed", server_default=None)


def downgrade() -> None:
    for table in ("team_member", "investment"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("confirmed")
