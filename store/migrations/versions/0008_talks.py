"""Talks between a project and an investor or a place, step by step."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "match",
        sa.Column("subject_id", sa.String(40), nullable=False),
        sa.Column("project_id", sa.String(40), nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("since", sa.String(16)),
        sa.Column("since_earliest", sa.Date()),
        sa.Column("since_latest", sa.Date()),
        sa.Column("note", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_match_project_id"),
        sa.PrimaryKeyConstraint("id", name="pk_match"),
        sa.UniqueConstraint("subject_id", "project_id", name="uq_match_subject_id_project_id"),
    )
    op.create_index("ix_match_archived_at", "match", ["archived_at"], unique=False)
    op.create_index("ix_match_project_id", "match", ["project_id"], unique=False)
    op.create_index("ix_match_stage", "match", ["stage"], unique=False)
    op.create_index("ix_match_subject_id", "match", ["subject_id"], unique=False)
    op.create_table(
        "match_step",
        sa.Column("match_id", sa.String(40), nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("happened", sa.String(16)),
        sa.Column("happened_earliest", sa.Date()),
        sa.Column("happened_latest", sa.Date()),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["match_id"], ["match.id"], name="fk_match_step_match_id"),
        sa.PrimaryKeyConstraint("id", name="pk_match_step"),
    )
    op.create_index("ix_match_step_match_id", "match_step", ["match_id"], unique=False)
    op.create_index("ix_match_step_stage", "match_step", ["stage"], unique=False)


def downgrade() -> None:
    op.drop_table("match_step")
    op.drop_table("match")
