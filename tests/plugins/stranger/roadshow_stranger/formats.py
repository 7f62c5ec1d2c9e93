"""A format of its own: a name and a summary a line, with a bar between them."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from roadshow import Importer, hookimpl


def read(path: Path) -> Iterator[dict[str, str]]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        name, _, summary = line.partition("|")
        yield {"#": str(number), "id": name.strip().lower().replace(" ", "-"), "name": name.strip(), "summary": summary}


@hookimpl
def register_importers() -> Iterable[Importer]:
    yield Importer(
        name="bars",
        description="A name and a summary a line, with a bar between them.",
        suffixes=[".bars"],
        entity="Project",
        read=read,
    )
