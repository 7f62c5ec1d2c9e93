"""The addresses of the pages that ask the API from the browser: one shell each, filled by a module of its name."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.pages import STATIC, Pages


@dataclass(frozen=True, slots=True)
class View:
    """A page: its address, the module ``static/pages/<name>.js`` that fills it, its title, and what it asks."""

    path: str
    name: str
    title: dict[str, str]
    asks: tuple[str, ...]


VIEWS = (
    View("/places", "places", {"en": "Places", "zh": "地区"}, ("places",)),
    View("/places/{id}", "place", {"en": "Place", "zh": "地区"}, ("place", "place-list", "place-today")),
    View("/list", "list", {"en": "Your list", "zh": "我的清单"}, ("investor-list", "express-interest")),
    View("/projects/{id}", "project", {"en": "Project", "zh": "项目"}, ("project",)),
)
SHARED = tuple(
    f"/static/pages/{path.name}"
    for path in sorted((STATIC / "pages").glob("*.js"))
    if path.stem not in {view.name for view in VIEWS} | {"theme"}
)
"""Modules that every page loads: named in its head, so that the browser fetches them side by side."""


def routes(pages: Pages) -> list[Route]:
    """A route for each view."""
    return [Route(view.path, _handler(pages, view)) for view in VIEWS]


def _handler(pages: Pages, view: View) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    async def handle(request: Request) -> Response:
        return pages.render(request, "page.html", view.title, name=view.name, asks=" ".join(view.asks), shared=SHARED)

    return handle
