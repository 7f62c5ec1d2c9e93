"""Plugins made of a few lines, for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

from plugins.host.contributions.contributions import Field, ObjectType, Query, TakenName, TypeField
from plugins.host.contributions.kinds import Kind
from plugins.host.hook_markers import hookimpl
from plugins.host.manifest import Manifest


def manifest(name: str, **options: Any) -> Manifest:
    return Manifest(**{"name": name, "version": "1.2.0", "api": ">=1.0,<2", **options})


def plugin(name: str, hooks: dict[str, Callable[..., Any] | Iterable[Any]] | None = None, **options: Any) -> Any:
    """A plugin; each of `hooks` is an implementation, or the list that it returns."""
    made = SimpleNamespace(manifest=manifest(name, **options), __name__=name)
    for hook, given in (hooks or {}).items():
        setattr(made, hook, implementation(given))
    return made


def implementation(given: Callable[..., Any] | Iterable[Any]) -> Callable[..., Any]:
    if callable(given):
        return hookimpl(given)

    def hook() -> Iterable[Any]:
        return given

    return hookimpl(hook)


def core(*hooks: tuple[str, Iterable[Any]]) -> Any:
    part = SimpleNamespace()
    for name, given in hooks:
        setattr(part, name, implementation(given))
    return part


def core_types(*names: str) -> Any:
    taken = [TakenName(kind=Kind.TYPE, name=name) for name in ("String", "Int", "ID", "Query", "Mutation", *names)]
    return core(("taken_names", taken))


def a_field(name: str = "sketch", on: str = "Project", type: str = "String", **options: Any) -> Field:
    resolve = options.pop("resolve", lambda parents, context: [None for _ in parents])
    return Field(on=on, name=name, type=type, description="What a test adds.", resolve=resolve, **options)


def a_query(name: str = "sketches", type: str = "String", **options: Any) -> Query:
    resolve = options.pop("resolve", lambda context: None)
    return Query(name=name, type=type, description="What a test asks.", resolve=resolve, **options)


def a_type(name: str = "Sketch", type: str = "String") -> ObjectType:
    field = TypeField(name="title", type=type, description="Its title.")
    return ObjectType(name=name, description="What a test draws.", fields=[field])
