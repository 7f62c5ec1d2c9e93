"""Adds `Project.drawing`, as `ink` does: the two clash."""

from collections.abc import Iterable

from roadshow import Field, Manifest, hookimpl

manifest = Manifest(name="quill", version="0.1.0", api=">=1.0,<2")


@hookimpl
def register_fields() -> Iterable[Field]:
    yield Field(
        on="Project",
        name="drawing",
        type="String",
        description="A drawing with a quill.",
        resolve=lambda parents, context: ["quill" for _ in parents],
    )
