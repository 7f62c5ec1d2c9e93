"""Was written for a plugin API that isn't there yet."""

from collections.abc import Iterable

from roadshow import Field, Manifest, hookimpl

manifest = Manifest(name="future", version="0.1.0", api=">=7.0,<8")


@hookimpl
def register_fields() -> Iterable[Field]:
    yield Field(
        on="Project",
        name="horoscope",
        type="String",
        description="What the stars say.",
        resolve=lambda parents, context: ["fine" for _ in parents],
    )
