"""pluggy's two markers, and what each hook declares about itself."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import pluggy

PROJECT = "roadshow"

Function = TypeVar("Function", bound=Callable[..., object])

hookimpl = pluggy.HookimplMarker(PROJECT)
_mark = pluggy.HookspecMarker(PROJECT)


class Stability(StrEnum):
    """How stable a hook is."""

    STABLE = "stable"
    """Changes only with the major version of the plugin API."""
    PROVISIONAL = "provisional"
    """May change with a minor version; the change is announced in docs/plugins/reference.md."""
    INTERNAL = "internal"
    """For core alone. A plugin that implements it is refused."""


class OnFailure(StrEnum):
    """What the start does if a plugin's implementation of a hook raises, is too slow, or returns nonsense."""

    SKIP_HOOK = "skip hook"
    """The rest of the plugin works; this hook's contributions are missing, and `states()` says so."""
    LEAVE_OUT_PLUGIN = "leave out plugin"
    """Other parts of the plugin depend on this hook, so none of it is used; everything else starts."""
    STOP_START = "stop start"
    """Serving without it could show what it hides. Nothing starts until it is repaired or disabled."""


@dataclass(frozen=True)
class HookSpecification:
    """What hookspecs.py says of one hook."""

    name: str
    arguments: tuple[str, ...]
    summary: str
    stability: Stability
    on_failure: OnFailure


def hookspec(*, stability: Stability, on_failure: OnFailure) -> Callable[[Function], Function]:
    """Mark a function as the specification of a hook.

    Parameters
    ----------
    stability: how far a plugin may lean on it.
    on_failure: what the start does without it.
    """

    def mark(function: Function) -> Function:
        specification = HookSpecification(
            name=function.__name__,
            arguments=tuple(inspect.signature(function).parameters),
            summary=(inspect.getdoc(function) or "").splitlines()[0],
            stability=stability,
            on_failure=on_failure,
        )
        function.specification = specification  # type: ignore[attr-defined]
        return _mark(function)

    return mark


def specifications(module: object) -> dict[str, HookSpecification]:
    """Return every hook that `module` specifies, by name, in the order of the file."""
    markers = (getattr(value, "specification", None) for value in vars(module).values())
    return {each.name: each for each in markers if isinstance(each, HookSpecification)}
