"""Masks paths for logs and traces: secret addresses are shortened."""

from __future__ import annotations

import re
from collections.abc import Iterable

MASK = "…"
LONGEST = 32
"""Characters of a path segment that are always written out; an id has 30."""
_LONG = re.compile(rf"[^/]{{{LONGEST + 1},}}")


class PathMask:
    """Removes secrets from a request's path: whoever knows a feed's address may read the feed.

    `templates` are plugins' routes such as `/digest/feeds/{token}`: they are masked from the first parameter on. So is
    each long segment of any other path, such as that of a mistyped link.
    """

    def __init__(self, templates: Iterable[str] = ()) -> None:
        self._prefixes = tuple({path.partition("{")[0] for path in templates if "{" in path})

    def __call__(self, path: str) -> str:
        """Return the masked path."""
        for prefix in self._prefixes:
            if path.casefold().startswith(prefix):
                return f"{prefix}{MASK}"
        return _LONG.sub(MASK, path) if len(path) > LONGEST else path
