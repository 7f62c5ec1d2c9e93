"""Writes docs/import-fields.md: the fields of each kind of record and the headers by which they are known.

python -m docs.tools.import_fields

"""

from __future__ import annotations

from pathlib import Path

from store.imports.kinds import KINDS
from store.imports.kinds.field import Field

PAGE = Path(__file__).parents[1] / "import-fields.md"
_TABLE = "| field | written as | headers besides the field's name |\n|---|---|---|\n"
_HEAD = f"""# Fields and headers of the import

The fields of each kind of record, how a cell of it is written, and the headers by which [the import](import.md) knows \
it, in English and Chinese. Case, width, blanks and punctuation of headers don't matter. This page is written by \
`python -m docs.tools.import_fields`.

## Fields of several kinds

{_TABLE}"""


def page() -> str:
    """The whole page."""
    common = _common()
    text = _HEAD + "\n".join(_row(field) for field in common.values()) + "\n"
    for kind in KINDS.values():
        shared = [field.name for field in kind.fields if _same(common.get(field.name), field)]
        text += f"\n## {kind.name}\n\nNeeded: {_names(kind.required)}. "
        text += f"Without `id`, a record is told from another by {_names(kind.identity)}. "
        text += f"As above: {_names(tuple(shared))}.\n\n{_TABLE}"
        text += "\n".join(_row(field) for field in kind.fields if field.name not in shared) + "\n"
    return text


def _common() -> dict[str, Field]:
    """The fields that most kinds have, all in the same way."""
    found: dict[str, Field] = {}
    for name in ("id", "serial", "place", "country", "region", "city", "aliases", "currency", "quote", "fictional"):
        found[name] = next(field for kind in KINDS.values() if (field := kind.field(name)) is not None)
    return found


def _same(one: Field | None, other: Field) -> bool:
    return one is not None and (one.role, one.headers, one.description) == (
        other.role,
        other.headers,
        other.description,
    )


def _row(field: Field) -> str:
    return f"| `{field.name}` | {field.description} | {', '.join(field.headers)} |"


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
