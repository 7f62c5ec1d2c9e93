"""Paths as logs and traces may have them: addresses that are secrets themselves are cut short."""

from __future__ import annotations

import re
from collections.abc import Iterable

MASK = "…"
LONGEST = 32
"""Characters of a path's part that is written out, whatever it is; an id has 30."""
_LONG = re.compile(rf"[^/]{{{LONGEST + 1},}}")


class PathMask:
    """Writes a request's path without what bears a right: whoever knows a feed's address may read the feed.

    `templates` are paths of plugins' routes such as `/digest/feeds/{token}`: from the first parameter on they are
    masked. So is each long part of any other path, such as that of a mistyped link.
    """

    def __init__(self, templates: Iterable[str] = ()) -> None:
        self._prefixes = tuple({path.partition("{")[0] for path in templates if "{" in path})

    def __call__(self, path: str) -> str:
        """The path, masked."""
        for prefix in self._prefixes:
            if path.casefold().startswith(prefix):
                return f"{prefix}{MASK}"
        return _LONG.sub(MASK, path) if len(path) > LONGEST else path
