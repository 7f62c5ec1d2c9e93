"""Adds `Project.drawing`, as `quill` does: the two clash."""

from collections.abc import Iterable

from roadshow import Field, Manifest, hookimpl

manifest = Manifest(name="ink", version="0.1.0", api=">=1.0,<2")


@hookimpl
def register_fields() -> Iterable[Field]:
    yield Field(
        on="Project",
        name="drawing",
        type="String",
        description="A drawing in ink.",
        resolve=lambda parents, context: ["ink" for _ in parents],
    )
