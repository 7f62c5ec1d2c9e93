"""The importable kinds, with their fields and headers."""

from store.imports.kinds.events import EVENTS
from store.imports.kinds.investors import INVESTMENTS, INVESTORS
from store.imports.kinds.kind import Kind, Link
from store.imports.kinds.needs import NEEDS
from store.imports.kinds.parties import ORGANISATIONS, TALENTS
from store.imports.kinds.policies import POLICIES, SUPPORTS
from store.imports.kinds.priorities import PRIORITIES
from store.imports.kinds.projects import PROJECTS
from store.imports.kinds.vocabulary import CONCEPTS, TRACKS

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        ORGANISATIONS, TALENTS, INVESTORS, PROJECTS, EVENTS, PRIORITIES, NEEDS, POLICIES, SUPPORTS, INVESTMENTS,
        CONCEPTS, TRACKS,
    )
}  # fmt: skip
"""In the order of writing: referenced kinds come first."""

__all__ = ["KINDS", "Kind", "Link"]
