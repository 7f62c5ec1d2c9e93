"""The source location of a declaration: the file and line named in messages."""

from __future__ import annotations

import inspect
import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class SourceLocation:
    """A file and a line in it, counted from 1; line 0 means the whole file."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


UNKNOWN = SourceLocation("unknown place")


def location_of_caller(skip: frozenset[str]) -> SourceLocation:
    """Return the nearest line on the stack outside the files in `skip`."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename in skip:
        frame = frame.f_back
    return SourceLocation(frame.f_code.co_filename, frame.f_lineno)


def location_of(value: object) -> SourceLocation:
    """Return where a module, class, function, or an object's class was written."""
    if inspect.ismodule(value):
        return SourceLocation(getattr(value, "__file__", None) or f"module {value.__name__}")
    function = inspect.unwrap(value) if callable(value) else value
    code = getattr(function, "__code__", None)
    if code is not None:
        return SourceLocation(code.co_filename, code.co_firstlineno)
    kind = value if isinstance(value, type) else type(value)
    try:
        _, line = inspect.getsourcelines(kind)
        return SourceLocation(inspect.getfile(kind), line)
    except (OSError, TypeError):
        module = sys.modules.get(kind.__module__)
        return SourceLocation(getattr(module, "__file__", None) or f"module {kind.__module__}")
