"""What organisers decided on terms that no vocabulary knows."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("unmapped_term") as batch:
        batch.add_column(sa.Column("state", sa.String(40), nullable=False, server_default="OPEN"))
    op.execute("UPDATE unmapped_term SET state = 'MAPPED' WHERE concept_id IS NOT NULL")
    with op.batch_alter_table("unmapped_term") as batch:
        batch.alter_column("state", existing_type=sa.String(40), existing_nullable=False, server_default=None)
    op.create_index("ix_unmapped_term_state", "unmapped_term", ["state"])


def downgrade() -> None:
    op.drop_index("ix_unmapped_term_state", "unmapped_term")
    with op.batch_alter_table("unmapped_term") as batch:
        batch.drop_column("state")
