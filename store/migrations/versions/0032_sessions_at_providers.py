"""Which session at an identity provider a session belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_INDEX = "ix_account_session_provider_session_hash"


def upgrade() -> None:
    op.add_column("account_session", sa.Column("provider_session_hash", sa.String(64)))
    op.create_index(_INDEX, "account_session", ["provider_session_hash"])


def downgrade() -> None:
    op.drop_index(_INDEX, "account_session")
    with op.batch_alter_table("account_session") as batch:
        batch.drop_column("provider_session_hash")
