"""The addresses of pages that query the API from the browser: a shell each, filled by a module of its name."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from api.pages import STATIC, Pages, operations, stylesheet

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


LISTS = {
    "projects": {"en": "Projects", "zh": "项目"},
    "investors": {"en": "Investors", "zh": "投资人"},
    "talents": {"en": "Talents", "zh": "人才"},
    "organisations": {"en": "Organisations", "zh": "机构"},
    "events": {"en": "Events", "zh": "活动"},
    "needs": {"en": "Needs", "zh": "需求"},
}
"""Lists of records by the name of their page."""
RECORDS = {name: LISTS[name] for name in LISTS if name != "projects"} | {
    "editions": {"en": "Edition", "zh": "届次"},
    "policies": {"en": "Policy", "zh": "政策"},
}
"""Kinds of records that have no page of their own making, by the folder of their addresses."""
PLAN = ("plan",)
POOL = (*PLAN, "pool")
WORK = ("work",)
VIEWS = (
    *(View(f"/{name}", "records", title) for name, title in LISTS.items()),
    *(View(f"/{name}/{{id}}", "record", title) for name, title in RECORDS.items()),
    View("/places", "places", {"en": "Places", "zh": "地区"}, ("records",)),
    View("/places/{id}", "place", {"en": "Place", "zh": "地区"}, PLAN),
    View("/heat", "heat", {"en": "Heat map", "zh": "热力图"}, POOL),
    View("/gaps", "gaps", {"en": "Gaps", "zh": "供需缺口"}, POOL),
    View("/map", "map", {"en": "Map of the pool", "zh": "项目分布图"}, POOL),
    View("/list", "list", {"en": "Your list", "zh": "我的清单"}),
    View("/list/mandate", "mandate", {"en": "Mandate and thesis", "zh": "投资要求与理念"}, ("fields",)),
    View("/list/digests", "digests", {"en": "E-mail and feeds", "zh": "邮件与订阅"}),
    View("/jobs", "jobs", {"en": "Jobs", "zh": "任务"}, WORK),
    View("/import", "import", {"en": "Import a spreadsheet", "zh": "导入表格"}, WORK),
    View("/corrections", "corrections", {"en": "Corrections", "zh": "更正申请"}),
    View("/projects/{id}", "project", {"en": "Project", "zh": "项目"}, ("fields",)),
    View("/schema", "schema", {"en": "The schema", "zh": "接口定义"}),
    View("/schema/{type}", "schema", {"en": "The schema", "zh": "接口定义"}),
)
SHARED = "frame"
NOT_PRELOADED = {
    "frame/theme.js",
    "frame/dialogs/palette.js",
    "frame/plain.js",
    "frame/sections.js",
    "frame/dialogs/query.js",
    "frame/dialogs/snippets.js",
    "place/picture.js",
    "place/table.js",
    "place/weighing/save-dialog.js",
    "place/weighing/writing.js",
    "plan/writers.js",
}
"""Modules loaded on demand, or by a template of their own."""


def modules_of(view: View) -> list[str]:
    """Return the modules to preload beside the page's own."""
    paths = [path for folder in (SHARED, *view.also, view.name) for path in sorted((SCRIPTS / folder).rglob("*.js"))]
    mains = {each.module for each in VIEWS}
    return [_address(path) for path in paths if path.relative_to(SCRIPTS).as_posix() not in NOT_PRELOADED | mains]


def styles_of(view: View) -> list[str]:
    """Return the styles of the page and its shared folders, beside the common style."""
    return [_address(path) for folder in (*view.also, view.name) for path in sorted((SCRIPTS / folder).glob("*.css"))]


def _address(path: Path) -> str:
    return f"/static/{path.relative_to(STATIC).as_posix()}"


def routes(pages: Pages) -> list[Route]:
    """Return a route for each view, one for their operations, and one for the style sheet."""
    return [
        Route("/static/queries/{name}.graphql", _operation),
        Route("/static/roadshow.css", _stylesheet),
        *(Route(view.path, _handler(pages, view)) for view in VIEWS),
    ]


async def _operation(request: Request) -> Response:
    text = operations().get(request.path_params["name"])
    if text is None:
        raise HTTPException(404)
    return PlainTextResponse(text)


async def _stylesheet(request: Request) -> Response:
    text = stylesheet()
    headers = {"ETag": f'"{sha256(text.encode()).hexdigest()[:32]}"', "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(text, media_type="text/css", headers=headers)


def _handler(pages: Pages, view: View) -> Callable[[Request], Coroutine[object, object, Response]]:
    loaded: dict[str, Any] = {"module": view.module, "modules": modules_of(view), "styles": styles_of(view)}

    async def handle(request: Request) -> Response:
        return pages.render(
            request, "page.html", view.title, name=view.name, sections=view.path in pages.sectioned, **loaded
        )

    return handle
