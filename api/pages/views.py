"""The addresses of pages that query the API from the browser: a shell each, filled by a module of its name."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from api.pages import STATIC, Pages, operations

SCRIPTS = STATIC / "pages"


@dataclass(frozen=True, slots=True)
class View:
    """A page: its address, initial title, and the name of the module that fills it."""

    path: str
    name: str
    title: dict[str, str]
    also: tuple[str, ...] = ()
    """Folders of modules and styles shared with other pages."""

    @property
    def module(self) -> str:
        """The module that fills the page, below ``static/pages``."""
        return f"{self.name}/{self.name}.js"


PLAN = ("plan",)
POOL = (*PLAN, "pool")
VIEWS = (
    View("/places", "places", {"en": "Places", "zh": "地区"}),
    View("/places/{id}", "place", {"en": "Place", "zh": "地区"}, PLAN),
    View("/heat", "heat", {"en": "Heat map", "zh": "热力图"}, POOL),
    View("/gaps", "gaps", {"en": "Gaps", "zh": "供需缺口"}, POOL),
    View("/map", "map", {"en": "Map of the pool", "zh": "项目分布图"}, POOL),
    View("/list", "list", {"en": "Your list", "zh": "我的清单"}),
    View("/list/mandate", "mandate", {"en": "Mandate and thesis", "zh": "投资要求与理念"}),
    View("/list/digests", "digests", {"en": "E-mail and feeds", "zh": "邮件与订阅"}),
    View("/projects/{id}", "project", {"en": "Project", "zh": "项目"}),
    View("/schema", "schema", {"en": "The schema", "zh": "接口定义"}),
    View("/schema/{type}", "schema", {"en": "The schema", "zh": "接口定义"}),
)
SHARED = "frame"
LATER = ("theme.js", "plain.js")
"""Modules loaded lazily."""


def modules_of(view: View) -> list[str]:
    """Return the modules to preload beside the page's own."""
    found = [path for folder in (SHARED, *view.also, view.name) for path in sorted((SCRIPTS / folder).glob("*.js"))]
    return [_address(path) for path in found if path.name not in LATER and path != SCRIPTS / view.module]


def styles_of(view: View) -> list[str]:
    """Return the styles of the page and its shared folders, beside the common style."""
    return [_address(path) for folder in (*view.also, view.name) for path in sorted((SCRIPTS / folder).glob("*.css"))]


def _address(path: Path) -> str:
    return f"/static/{path.relative_to(STATIC).as_posix()}"


def routes(pages: Pages) -> list[Route]:
    """Return a route for each view, and one for their operations."""
    return [
        Route("/static/queries/{name}.graphql", _operation),
        *(Route(view.path, _handler(pages, view)) for view in VIEWS),
    ]


async def _operation(request: Request) -> Response:
    text = operations().get(request.path_params["name"])
    if text is None:
        raise HTTPException(404)
    return PlainTextResponse(text)


def _handler(pages: Pages, view: View) -> Callable[[Request], Coroutine[object, object, Response]]:
    loaded: dict[str, Any] = {"module": view.module, "modules": modules_of(view), "styles": styles_of(view)}

    async def handle(request: Request) -> Response:
        return pages.render(request, "page.html", view.title, name=view.name, **loaded)

    return handle
