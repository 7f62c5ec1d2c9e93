"""The repository speaks of the product alone: no paths of one machine, no hosts of package registries."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Written in pieces, so that this file does not find itself.
FORBIDDEN = {
    "a home or machine path": re.compile(r"(?<![\w.])/(?:wo" r"rk|ro" r"ot|home/\w+|Users/\w+)/[\w.]"),
    "a package registry's host": re.compile(
        r"registry\.(?:npm"
        r"js|yarn"
        r"pkg)|pypi\."
        r"org|files\.python"
        r"hosted|proxy\.go"
        r"lang"
        r"|deb\.deb"
        r"ian|npm"
        r"mirror|tuna\.tsing"
        r"hua",
        re.IGNORECASE,
    ),
    "a content delivery network": re.compile(
        r"un" r"pkg\.com|jsde" r"livr\.net|cdn" r"js\.|//es" r"m\.sh", re.IGNORECASE
    ),
    "an address of a private network": re.compile(r"https?://(?:10\.\d|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)"),
    "a key or password": re.compile(
        r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[ps]_\w{36}\b|\bnpm_\w{36}\b"
    ),
    "a merge conflict": re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE),
}
LARGEST_FILE = 2_000_000


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    ).stdout  # fmt: skip
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def text_of(path: Path) -> str | None:
    content = path.read_bytes()
    return None if b"\0" in content[:8000] else content.decode("utf-8")


def test_no_symbolic_link_is_tracked() -> None:
    """A link points to a place on one machine, and in a checkout it stands where a folder is to be made."""
    staged = subprocess.run(
        ["git", "ls-files", "-z", "--stage"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout
    assert not [line for line in staged.split("\0") if line.startswith("120000 ")]


@pytest.mark.parametrize("what", sorted(FORBIDDEN))
def test_no_file_names(what: str) -> None:
    found = []
    for path in tracked_files():
        text = text_of(path)
        for match in FORBIDDEN[what].finditer(text or ""):
            line = (text or "").count("\n", 0, match.start()) + 1
            found.append(f"{path.relative_to(ROOT)}:{line} holds {what}: {match.group()!r}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a home or machine path", "see /|root/notes.txt"),
        ("a home or machine path", "cd /wo|rk/main"),
        ("a package registry's host", '"resolved": "https://regi|stry.npm|js.org/react"'),
        ("a content delivery network", '<script src="https://unp|kg.com/react"></script>'),
        ("an address of a private network", "http://10.|0.0.4/simple"),
        ("a key or password", "-----BEGIN RSA PRI|VATE KEY-----"),
        ("a merge conflict", "a\n<<<<|<<< HEAD\n"),
    ],
)
def test_the_check_itself_finds(what: str, text: str) -> None:
    """The examples are split by bars, so that the check doesn't find them here."""
    assert FORBIDDEN[what].search(text.replace("|", ""))


def test_text_files_are_utf_8_with_unix_line_ends() -> None:
    wrong = [str(path.relative_to(ROOT)) for path in tracked_files() if "\r\n" in (text_of(path) or "")]
    assert not wrong


def test_no_file_is_large() -> None:
    large = [str(path.relative_to(ROOT)) for path in tracked_files() if path.stat().st_size > LARGEST_FILE]
    assert not large


def test_dependencies_are_explained() -> None:
    """docs/dependencies.md has a line for each direct dependency in pyproject.toml."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    direct = [*project["dependencies"], *project["optional-dependencies"]["development"]]
    names = [re.split(r"[\[<>=~! ]", requirement, maxsplit=1)[0] for requirement in direct]
    document = (ROOT / "docs" / "dependencies.md").read_text("utf-8").lower()
    missing = [name for name in names if f"`{name.lower()}`" not in document]
    assert not missing, f"add a line to docs/dependencies.md for: {', '.join(missing)}"


def test_each_make_target_that_is_named_exists() -> None:
    """In documents as code, in messages after a colon or a comma."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        ".md": re.compile(r"`make ([a-z-]+)\b|^make ([a-z-]+)", re.MULTILINE),
        ".py": re.compile(r"(?:with|run|again): make ([a-z-]+)"),
    }
    wrong = []
    for path in tracked_files():
        pattern = named.get(path.suffix)
        for match in pattern.finditer(text_of(path) or "") if pattern else ():
            target = next(filter(None, match.groups()))
            if target not in targets:
                wrong.append(f"{path.relative_to(ROOT)} names make {target}")
    assert not wrong, "\n".join(wrong)
