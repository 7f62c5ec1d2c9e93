"""Its migration makes one table, then fails."""

from collections.abc import Iterable
from pathlib import Path

from roadshow import Field, Manifest, Tables, hookimpl

manifest = Manifest(name="halfway", version="0.1.0", api=">=1.0,<2", permissions=frozenset({"tables"}))


@hookimpl
def register_tables() -> Iterable[Tables]:
    yield Tables(versions=Path(__file__).parent / "migrations", names=["halfway_first", "halfway_second"])


@hookimpl
def register_fields() -> Iterable[Field]:
    yield Field(
        on="Project",
        name="halfway",
        type="String",
        description="Needs the tables.",
        resolve=lambda parents, context: ["there" for _ in parents],
    )
