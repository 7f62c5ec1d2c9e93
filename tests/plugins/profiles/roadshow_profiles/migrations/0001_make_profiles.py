"""Make the tables of further facts."""

import sqlalchemy as sa
from alembic import op

revision = "profiles_0001"
down_revision = None


def _row(extended: str) -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "record_id", sa.String(40), sa.ForeignKey(f"{extended}.id", ondelete="CASCADE"), nullable=False, unique=True
        ),
    ]


def upgrade() -> None:
    json = sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql")
    op.create_table(
        "profiles_project",
        *_row("project"),
        sa.Column("team_size", sa.Integer),
        sa.Column("exporting", sa.Boolean),
        sa.Column("licence", sa.String(20)),
        sa.Column("slogan", json),
        sa.Column("laboratory_id", sa.String(40), sa.ForeignKey("place.id"), index=True),
        sa.Column("assessment", sa.String(200)),
    )
    op.create_table("profiles_talent", *_row("talent"), sa.Column("phone", sa.String(40)))


def downgrade() -> None:
    op.drop_table("profiles_talent")
    op.drop_table("profiles_project")
