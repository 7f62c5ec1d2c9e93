"""Make the table of assignments."""

import sqlalchemy as sa
from alembic import op

revision = "judging_0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "judging_assignment",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("record_id", sa.String(40), sa.ForeignKey("project.id", ondelete="CASCADE"), index=True),
        sa.Column("account_id", sa.String(40), sa.ForeignKey("account.id", ondelete="CASCADE"), index=True),
        sa.Column("ends_at", sa.DateTime(timezone=True)),
    )


def downgrade() -> None:
    op.drop_table("judging_assignment")
