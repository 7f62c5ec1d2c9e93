"""Accounts, the roles that they hold, their sessions, and what lets people in."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(254)),
        sa.Column("languages", JSON, nullable=False),
        sa.Column("time_zone", sa.String(60)),
        sa.Column("talent_id", sa.String(40)),
        sa.Column("consented_at", sa.DateTime(timezone=True)),
        sa.Column("consented_to", sa.String(64)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        *_identified(),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("email", name="uq_account_email"),
        sa.ForeignKeyConstraint(["talent_id"], ["talent.id"], name="fk_account_talent_id"),
    )
    op.create_table(
        "membership",
        sa.Column("account_id", sa.String(40), nullable=False),
        *_role_in_a_scope(),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True)),
        *_identified(),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_membership_account_id"),
    )
    op.create_table(
        "invitation",
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(200)),
        sa.Column("language", sa.String(35)),
        *_role_in_a_scope(),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("membership_ends_at", sa.DateTime(timezone=True)),
        sa.Column("accepted_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("membership_id", sa.String(40)),
        *_identified(),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("token_hash", name="uq_invitation_token_hash"),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name="fk_invitation_membership_id"),
    )
    op.create_table(
        "account_session",
        sa.Column("account_id", sa.String(40), nullable=False),
        sa.Column("membership_id", sa.String(40)),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("browser", sa.String(200)),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        *_identified(),
        sa.PrimaryKeyConstraint("id", name="pk_account_session"),
        sa.UniqueConstraint("token_hash", name="uq_account_session_token_hash"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_account_session_account_id"),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name="fk_account_session_membership_id"),
    )
    op.create_table(
        "sign_in_token",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("account_id", sa.String(40)),
        sa.Column("email_hash", sa.String(64), nullable=False),
        sa.Column("client", sa.String(64)),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sign_in_token"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_sign_in_token_account_id"),
    )
    for table, column in INDEXED:
        op.create_index(f"ix_{table}_{column}", table, [column], unique=False)
    with op.batch_alter_table("api_key") as batch:
        batch.add_column(sa.Column("account_id", sa.String(40)))
        batch.add_column(sa.Column("membership_id", sa.String(40)))
        batch.create_foreign_key("fk_api_key_account_id", "account", ["account_id"], ["id"])
        batch.create_foreign_key("fk_api_key_membership_id", "membership", ["membership_id"], ["id"])
    for column in ("account_id", "membership_id"):
        op.create_index(f"ix_api_key_{column}", "api_key", [column], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("api_key") as batch:
        for column in ("account_id", "membership_id"):
            batch.drop_index(f"ix_api_key_{column}")
            batch.drop_constraint(f"fk_api_key_{column}", type_="foreignkey")
            batch.drop_column(column)
    for table in ("sign_in_token", "account_session", "invitation", "membership", "account"):
        op.drop_table(table)


INDEXED = (
    ("account", "archived_at"),
    ("account", "talent_id"),
    ("membership", "account_id"),
    ("membership", "scope_id"),
    ("invitation", "email"),
    ("invitation", "scope_id"),
    ("invitation", "membership_id"),
    ("account_session", "account_id"),
    ("account_session", "membership_id"),
    ("sign_in_token", "account_id"),
    ("sign_in_token", "email_hash"),
    ("sign_in_token", "client"),
    ("sign_in_token", "made_at"),
)


def _identified() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _role_in_a_scope() -> list[sa.Column[Any]]:
    return [
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("scope_kind", sa.String(40), nullable=False),
        sa.Column("scope_id", sa.String(40)),
    ]
