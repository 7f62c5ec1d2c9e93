"""Browser files, fetched from a package registry at setup, never at run time."""

from collections.abc import Mapping
from pathlib import Path

DIRECTORY = Path(__file__).parent / "files"

# From a package's folder to the name under which the file is served.
EDITOR_FILES = {
    "react/umd/react.production.min.js": "react.js",
    "react-dom/umd/react-dom.production.min.js": "react-dom.js",
    "graphiql/graphiql.min.js": "graphiql.js",
    "graphiql/graphiql.min.css": "graphiql.css",
}
PICTURE_FILES = {"d3/dist/d3.min.js": "d3.js"}
WORKBOOK_FILES = {"write-excel-file/bundle/write-excel-file.min.js": "write-excel-file.js"}
PARTS = {"GraphQL editor": EDITOR_FILES, "Heat map and map": PICTURE_FILES, "Excel files": WORKBOOK_FILES}
"""Which part of the pages needs which files."""
FILES = {name: served for files in PARTS.values() for name, served in files.items()}

# Injected into pages by browser tests; never served.
TEST_DIRECTORY = Path(__file__).parent / "test-files"
TEST_FILES = {"axe-core/axe.min.js": "axe.js"}

REMEDY = "make assets (or: python -P -m api.assets.fetch); it needs the npm registry once, but no Node.js installation"


def missing(files: Mapping[str, str] = FILES) -> list[str]:
    """Return the names of missing files."""
    return [name for name in files.values() if not (DIRECTORY / name).is_file()]
