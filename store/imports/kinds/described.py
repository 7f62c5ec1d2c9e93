"""The fields of kinds in words, for people who prepare files: `roadshow import --fields`."""

from collections.abc import Iterable

from store.imports.kinds.kind import Kind

HEAD = (
    "A line for each field: its name, how its cells are written, and the other headers that are recognised. "
    "Case, width, blanks and punctuation of headers don't matter."
)


def described(kinds: Iterable[Kind]) -> str:
    """Return what files of these kinds may hold."""
    return "\n\n".join([HEAD, *(_described(kind) for kind in kinds)])


def _described(kind: Kind) -> str:
    head = f"{kind.name}: {', '.join(kind.required)} required; identified by id, or by {', '.join(kind.identity)}"
    width = max(len(field.name) for field in kind.fields)
    lines = (f"  {field.name:<{width}}  {_words(field.description, field.headers)}" for field in kind.fields)
    return "\n".join([head, *(line.rstrip() for line in lines)])


def _words(description: str, headers: tuple[str, ...]) -> str:
    return f"{description}: {', '.join(headers)}" if headers else description
