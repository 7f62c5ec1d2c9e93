"""Throws in every hook that may fail on its own, and in what it contributes besides.

With `everywhere`, it throws in those too with which the whole plugin is left out. `guardian` throws in the one
that stops the start.
"""

from collections.abc import Callable, Iterable
from typing import Any

from pydantic import BaseModel
from pydantic import Field as Setting

from roadshow import Field, Manifest, Page, Permission, Query, Route, UserError, hookimpl


class Settings(BaseModel):
    everywhere: bool = Setting(False, description="Throw in hooks on which others stand, too.")


manifest = Manifest(
    name="thrower",
    version="0.1.0",
    api=">=1.0,<2",
    settings=Settings,
    permissions=frozenset(set(Permission) - {Permission.PERMISSION_RULES}),
)


def throwing(name: str) -> Callable[[], Any]:
    def hook() -> Any:
        raise RuntimeError(f"secret of {name}")

    return hookimpl(specname=name)(hook)


data = throwing("register_data")
importers = throwing("register_importers")
exporters = throwing("register_exporters")
change_listeners = throwing("register_change_listeners")
mutations = throwing("register_mutations")
subscriptions = throwing("register_subscriptions")
blocks = throwing("register_blocks")
gates = throwing("register_gates")
encoders = throwing("register_encoders")
rerankers = throwing("register_rerankers")
commands = throwing("register_commands")


@hookimpl
def register_tables(settings: Settings) -> Any:
    if settings.everywhere:
        raise RuntimeError("secret of register_tables")


@hookimpl
def register_types(settings: Settings) -> Any:
    if settings.everywhere:
        raise RuntimeError("secret of register_types")


def throw(*arguments: Any, **named: Any) -> Any:
    raise RuntimeError("secret of a resolver")


@hookimpl
def register_fields() -> Iterable[Field]:
    for name in ("broken", "alsoBroken"):
        yield Field(on="Project", name=name, type="String", description="Throws.", resolve=throw)
    yield Field(on="Project", name="short", type="String", description="Too few.", resolve=lambda parents, context: [])


@hookimpl
def register_queries() -> Iterable[Query]:
    yield Query(name="thrown", type="String", description="Throws.", resolve=throw)

    def refuse(context: Any) -> str:
        raise UserError("There is nothing to be had here.")

    yield Query(name="refused", type="String", description="Speaks to who asks.", resolve=refuse)


@hookimpl
def register_pages() -> Iterable[Page]:
    yield Page(path="/thrower", title={"en": "Thrown", "zh": "抛出"}, render=throw)


@hookimpl
def register_routes() -> Iterable[Route]:
    yield Route(path="/thrower/route", endpoint=throw)
