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
    """A page: its address, the module ``static/pages/<name>.js`` that fills it, and its title until that says more."""

    path: str
    name: str
    title: dict[str, str]
    also: tuple[str, ...] = ()
    """Families of modules and styles (`<family>-….js`, `<family>.css`) that it shares with some other pages."""


PLAN = ("plan",)
VIEWS = (
    View("/places", "places", {"en": "Places", "zh": "地区"}),
    View("/places/{id}", "place", {"en": "Place", "zh": "地区"}, PLAN),
    View("/heat", "heat", {"en": "Heat map", "zh": "热力图"}, PLAN),
    View("/gaps", "gaps", {"en": "Gaps", "zh": "缺口"}, PLAN),
    View("/map", "map", {"en": "Map of the pool", "zh": "项目分布图"}, PLAN),
    View("/list", "list", {"en": "Your list", "zh": "我的清单"}),
    View("/list/mandate", "mandate", {"en": "Mandate and thesis", "zh": "投资要求与理念"}),
    View("/list/digests", "digests", {"en": "It arrives by itself", "zh": "自动送达"}),
    View("/projects/{id}", "project", {"en": "Project", "zh": "项目"}),
    View("/schema", "schema", {"en": "The schema", "zh": "接口定义"}),
    View("/schema/{type}", "schema", {"en": "The schema", "zh": "接口定义"}),
)
NAMES = tuple(view.name for view in VIEWS)
FAMILIES = {family for view in VIEWS for family in view.also}
LATER = ("theme", "plain")
"""Modules that no page waits for."""


def modules_of(view: View) -> list[str]:
    """What the page loads: its own modules (`<name>-….js`) and those that all share, to be fetched side by side."""

    def wanted(stem: str) -> bool:
        owner = stem.split("-")[0]
        if owner in FAMILIES:
            return owner in view.also
        return owner == view.name and stem != owner if owner in NAMES else stem not in LATER

    return [f"/static/pages/{path.name}" for path in sorted((STATIC / "pages").glob("*.js")) if wanted(path.stem)]


def styles_of(view: View) -> list[str]:
    """The style of the page alone and of its families, beside that of all."""
    names = [*view.also, view.name]
    return [f"/static/pages/{name}.css" for name in names if (STATIC / "pages" / f"{name}.css").is_file()]


def routes(pages: Pages) -> list[Route]:
    """A route for each view."""
    return [Route(view.path, _handler(pages, view)) for view in VIEWS]


def _handler(pages: Pages, view: View) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    modules = modules_of(view)
    styles = styles_of(view)

    async def handle(request: Request) -> Response:
        return pages.render(request, "page.html", view.title, name=view.name, modules=modules, styles=styles)

    return handle
