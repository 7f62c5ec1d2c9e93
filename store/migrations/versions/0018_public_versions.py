"""Beside version and time of the last write those of the last one that everybody who sees the row may know of."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_ENTITIES = ("talent", "project", "investor", "interest", "match")


def upgrade() -> None:
    for table in (*_ENTITIES, "team_member"):
        times = sa.table(table, sa.column("updated_at"), sa.column("public_updated_at"))
        versions = sa.table(table, sa.column("version"), sa.column("public_version"))
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("public_updated_at", sa.DateTime(timezone=True)))
            if table in _ENTITIES:
                batch.add_column(sa.Column("public_version", sa.Integer()))
        op.execute(times.update().values(public_updated_at=times.c.updated_at))
        if table in _ENTITIES:
            op.execute(versions.update().values(public_version=versions.c.version))
        with op.batch_alter_table(table) as batch:
            batch.alter_column("public_updated_at", nullable=False)
            if table in _ENTITIES:
                batch.alter_column("public_version", nullable=False)


def downgrade() -> None:
    for table in (*_ENTITIES, "team_member"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("public_updated_at")
            if table in _ENTITIES:
                batch.drop_column("public_version")
