"""Pairs of records that aren't one, and investments of investors whom the source doesn't name."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "distinct_pair",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_id", sa.String(40), nullable=False),
        sa.Column("second_id", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_distinct_pair"),
        sa.UniqueConstraint("first_id", "second_id", name="uq_distinct_pair_first_id_second_id"),
    )
    op.create_index("ix_distinct_pair_first_id", "distinct_pair", ["first_id"])
    op.create_index("ix_distinct_pair_second_id", "distinct_pair", ["second_id"])
    with op.batch_alter_table("investment") as batch:
        batch.alter_column("investor_id", existing_type=sa.String(40), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM investment WHERE investor_id IS NULL")
    with op.batch_alter_table("investment") as batch:
        batch.alter_column("investor_id", existing_type=sa.String(40), nullable=False)
    op.drop_table("distinct_pair")
