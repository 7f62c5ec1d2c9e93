"""Writes what changed of schema.graphql since a release into docs/schema-changes.md.

``python -m docs.tools.schema_changes`` compares the file with that of the last release, whose revision the page names,
and writes the section "Unreleased"; with ``--title 0.2.0`` the section of that version, in place of it.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from schema.execution.validation import former_type
from schema.types.export import Changes, changes

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "schema-changes.md"
MARK = "<!-- sections: python -m docs.tools.schema_changes -->"
RELEASED = re.compile(r"<!-- released: (\S+) -->")
UNRELEASED = "Unreleased"
_RETYPED = re.compile(r"has changed type from (\w+)! to (\w+)!\.$")


def section(title: str, found: Changes) -> str:
    """Write one release's section; ``title`` is its heading."""
    parts = [f"## {title}"]
    kept = [each for each in found.breaking if _is_accepted(each)]
    for heading, lines in (
        ("Breaking", [each for each in found.breaking if each not in kept]),
        ("Changed; operations with the former type of variable stay valid", kept),
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
    """Put the section ``new`` on top of the page's sections, in place of one of the same version or unreleased."""
    head, mark, rest = page.partition(MARK)
    if not mark:
        raise ValueError(f"the page has no line {MARK}")
    replaced = (new.splitlines()[0].partition(" (")[0], f"## {UNRELEASED}")
    kept = [each for each in re.split(r"(?m)^(?=## )", rest) if each.strip() and not _is_of(each, replaced)]
    return f"{head}{mark}\n\n" + "\n\n".join(each.strip() for each in (new, *kept)) + "\n"


def _is_of(text: str, versions: Sequence[str]) -> bool:
    return text.splitlines()[0].partition(" (")[0] in versions


def _is_accepted(line: str) -> bool:
    match = _RETYPED.search(line)
    return match is not None and former_type(match[2]) == match[1]


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


def released(page: str) -> str:
    """Return the revision of the last release, which the page names."""
    match = RELEASED.search(page)
    if match is None:
        raise ValueError("the page doesn't name the revision of the last release")
    return match[1]


def schema_at(revision: str) -> str:
    """Return the schema of a revision. Raises CalledProcessError where the repository doesn't have it."""
    command = ["git", "show", f"{revision}:schema.graphql"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--title", default=UNRELEASED, help="the version that is released")
    given = parser.parse_args(arguments)
    page = PAGE.read_text("utf-8")
    try:
        before = schema_at(released(page))
    except (OSError, subprocess.CalledProcessError):
        sys.exit(f"{PAGE.name} stays as it is: this copy of the repository lacks the last release's revision.")
    found = changes(before, (ROOT / "schema.graphql").read_text("utf-8"))
    if given.title == UNRELEASED:
        page = written(page, section(UNRELEASED, found))
    else:
        page = written(page, section(f"{given.title} ({date.today().isoformat()})", found))
        page = RELEASED.sub(f"<!-- released: v{given.title} -->", page)
    PAGE.write_text(page, "utf-8")


if __name__ == "__main__":
    main()
