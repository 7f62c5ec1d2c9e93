"""What can be imported: each kind with its fields and the headers that they are known by."""

from store.imports.kinds.events import EVENTS
from store.imports.kinds.investors import INVESTMENTS, INVESTORS
from store.imports.kinds.kind import Kind, Link
from store.imports.kinds.parties import ORGANISATIONS, TALENTS
from store.imports.kinds.priorities import PRIORITIES
from store.imports.kinds.projects import PROJECTS

KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (ORGANISATIONS, TALENTS, INVESTORS, PROJECTS, EVENTS, PRIORITIES, INVESTMENTS)
}
"""In the order in which they are written: whoever is referred to comes first."""

__all__ = ["KINDS", "Kind", "Link"]
