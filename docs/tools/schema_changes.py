"""Writes what changed of schema.graphql since a release into docs/schema-changes.md.

``python -m docs.tools.schema_changes --since v0.1.0 --title 0.2.0`` compares the file with that revision's and puts a
section on top of the page, in place of the one with the same title.
"""

from __future__ import annotations

import argparse
import re
import subprocess
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from schema.types.export import Changes, changes

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "schema-changes.md"
MARK = "<!-- sections: python -m docs.tools.schema_changes -->"


def section(title: str, found: Changes) -> str:
    """Write one release's section; ``title`` is its heading."""
    parts = [f"## {title}"]
    for heading, lines in (
        ("Breaking", found.breaking),
        ("Dangerous", found.dangerous),
        ("Deprecated", [_coded(each) for each in found.deprecated]),
        ("Added", _grouped(found.added)),
    ):
        if lines:
            parts.append("\n".join([f"### {heading}", "", *(f"- {line}" for line in lines)]))
    if len(parts) == 1:
        parts.append("Nothing.")
    return "\n\n".join(parts)


def written(page: str, new: str) -> str:
    """Put the section ``new`` on top of the page's sections, in place of one of the same version."""
    head, mark, rest = page.partition(MARK)
    if not mark:
        raise ValueError(f"the page has no line {MARK}")
    version = new.splitlines()[0].partition(" (")[0]
    kept = [each for each in re.split(r"(?m)^(?=## )", rest) if each.strip() and not _is_of(each, version)]
    return f"{head}{mark}\n\n" + "\n\n".join(each.strip() for each in (new, *kept)) + "\n"


def _is_of(text: str, version: str) -> bool:
    return text.splitlines()[0].partition(" (")[0] == version


def _coded(line: str) -> str:
    coordinate, _, reason = line.partition(": ")
    return f"`{coordinate}`: {reason}"


def _grouped(coordinates: Sequence[str]) -> list[str]:
    """Return one line for new types, and one for new members of each existing type."""
    types = [each for each in coordinates if "." not in each]
    members: dict[str, list[str]] = {}
    for each in coordinates:
        owner, dot, name = each.partition(".")
        if dot:
            members.setdefault(owner, []).append(name)
    lines = [f"Types: {', '.join(f'`{each}`' for each in types)}"] if types else []
    return lines + [f"`{owner}`: {', '.join(f'`{name}`' for name in names)}" for owner, names in members.items()]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--since", required=True, help="a revision: the last release's tag")
    parser.add_argument("--title", required=True, help='the version, or "Unreleased"')
    given = parser.parse_args(arguments)
    before = subprocess.run(
        ["git", "show", f"{given.since}:schema.graphql"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    after = (ROOT / "schema.graphql").read_text("utf-8")
    title = given.title if given.title == "Unreleased" else f"{given.title} ({date.today().isoformat()})"
    PAGE.write_text(written(PAGE.read_text("utf-8"), section(title, changes(before, after))), "utf-8")


if __name__ == "__main__":
    main()
