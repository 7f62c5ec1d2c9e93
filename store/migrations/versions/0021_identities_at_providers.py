"""What accounts are known as at identity providers, and browsers on their way there."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_identity",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.String(40), nullable=False),
        sa.Column("issuer", sa.String(300), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_account_identity_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_account_identity"),
        sa.UniqueConstraint("issuer", "subject", name="uq_account_identity_issuer_subject"),
    )
    op.create_index("ix_account_identity_account_id", "account_identity", ["account_id"])
    op.create_table(
        "provider_request",
        sa.Column("state_hash", sa.String(64), nullable=False),
        sa.Column("browser_hash", sa.String(64), nullable=False),
        sa.Column("provider", sa.String(40), nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("code_verifier", sa.String(128), nullable=False),
        sa.Column("account_id", sa.String(40)),
        sa.Column("subject", sa.String(255)),
        sa.Column("client", sa.String(64)),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_provider_request_account_id"),
        sa.PrimaryKeyConstraint("state_hash", name="pk_provider_request"),
    )
    for column in ("account_id", "client", "made_at"):
        op.create_index(f"ix_provider_request_{column}", "provider_request", [column])
    with op.batch_alter_table("account_session") as batch:
        batch.add_column(sa.Column("provider", sa.String(40)))


def downgrade() -> None:
    with op.batch_alter_table("account_session") as batch:
        batch.drop_column("provider")
    op.drop_table("provider_request")
    op.drop_table("account_identity")
