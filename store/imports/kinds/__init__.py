"""The importable kinds, with their fields and headers."""

from store.imports.kinds.events import EVENTS
from store.imports.kinds.investors import INVESTMENTS, INVESTORS
from store.imports.kinds.kind import Kind, Link
from store.imports.kinds.parties import ORGANISATIONS, TALENTS
from store.imports.kinds.priorities import PRIORITIES
from store.imports.kinds.projects import PROJECTS

KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (ORGANISATIONS, TALENTS, INVESTORS, PROJECTS, EVENTS, PRIORITIES, INVESTMENTS)
}
"""In the order of writing: referenced kinds come first."""

__all__ = ["KINDS", "Kind", "Link"]
