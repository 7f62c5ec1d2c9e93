"""Pages for people: the frame, the landing page, GraphiQL, and the pages of plugins."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from api import assets
from api.requests.identity import session_secret

HERE = Path(__file__).parent
STATIC = HERE / "static"
LANGUAGES = ("en", "zh")
STYLES = ("colours", "page", "controls", "layout", "ranked", "weighing", "forms", "narrow", "print")
"""Parts of the style of all pages, below ``static/styles``, in the order in which they count."""
NAVIGATION: list[tuple[str, dict[str, str]]] = [
    ("/places", {"en": "Places", "zh": "地区"}),
    ("/projects", {"en": "Projects", "zh": "项目"}),
    ("/heat", {"en": "Heat map", "zh": "热力图"}),
    ("/map", {"en": "Map", "zh": "分布图"}),
    ("/gaps", {"en": "Gaps", "zh": "供需缺口"}),
    ("/list", {"en": "Your list", "zh": "我的清单"}),
    ("/schema", {"en": "Schema", "zh": "接口定义"}),
    ("/account", {"en": "Account", "zh": "账户"}),
    ("/graphiql", {"en": "GraphiQL", "zh": "GraphiQL"}),
]

FOR_DEVELOPERS = frozenset({"/schema", "/graphiql"})
"""Entries of the navigation in a menu of their own."""

POLICY = "; ".join(
    (
        "default-src 'self'",
        "worker-src 'self' blob:",  # the workbook writer packs large ones in a worker
        "img-src 'self' data: blob:",  # documents that are pictures come with the reader's key
        "font-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

_templates = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, auto_reload=False)


class Pages:
    """Renders pages in the reader's preferred language.

    ``navigation`` is (path, title by language); ``plugins`` names those that run; ``sectioned`` the addresses
    of pages, as in `views`, to which they add sections.
    """

    def __init__(
        self,
        navigation: list[tuple[str, dict[str, str]]] | None = None,
        plugins: Collection[str] = (),
        sectioned: Collection[str] = (),
    ) -> None:
        self.navigation = [*NAVIGATION, *(navigation or [])]
        self.plugins = frozenset(plugins)
        self.sectioned = frozenset(sectioned)

    async def landing(self, request: Request) -> HTMLResponse:
        """Render the page at ``/``."""
        paths = {path for path, _ in self.navigation}
        titles = {"en": "Welcome", "zh": "欢迎"}
        return self.render(request, "landing.html", titles, paths=paths, digest="digest" in self.plugins)

    async def graphiql(self, request: Request) -> HTMLResponse:
        """Render the GraphQL editor, or how to get it."""
        nonce = secrets.token_urlsafe(16)  # the editor's dialogs write a style element of their own
        html = _templates.get_template("graphiql.html").render(
            missing=assets.missing(assets.EDITOR_FILES), remedy=assets.REMEDY, nonce=nonce
        )
        policy = f"{POLICY}; style-src 'self' 'nonce-{nonce}'"
        return HTMLResponse(html, headers={"Content-Security-Policy": policy, "Cache-Control": "no-store"})

    def framed(self, request: Request, title: dict[str, str], html: str, status: int = 200) -> HTMLResponse:
        """Put ``html``, which must be safe, between header and footer."""
        return self.render(request, "frame.html", title, status, content=Markup(html))

    def render(
        self, request: Request, template: str, title: dict[str, str], status: int = 200, **values: object
    ) -> HTMLResponse:
        """Render one of our templates in the frame."""
        language = language_of(request)
        other = "en" if language == "zh" else "zh"
        html = _templates.get_template(template).render(
            language=language,
            other=other,
            translated=urlencode({**request.query_params, "lang": other}),
            title=title[language],
            path=request.url.path,
            asked=f"?lang={language}" if request.query_params.get("lang") == language else "",
            for_developers=FOR_DEVELOPERS,
            session=session_secret(request.headers.get("cookie", "")) is not None,
            navigation=[{"path": path, "title": titles[language]} for path, titles in self.navigation],
            **values,
        )
        headers = {
            "Content-Security-Policy": POLICY,
            "Content-Language": language,
            "Vary": "Accept-Language, Cookie",
        }
        return HTMLResponse(html, status, headers=headers)


def operations() -> dict[str, str]:
    """Return the pages' operations by id: clients of the API like any other, with registered documents."""
    return {path.stem: path.read_text() for path in sorted((STATIC / "queries").rglob("*.graphql"))}


def stylesheet() -> str:
    """The style of all pages as one file, so that a page asks once."""
    return "".join((STATIC / "styles" / f"{name}.css").read_text() for name in STYLES)


def language_of(request: Request) -> str:
    """Return ``en`` or ``zh``: from ``?lang=``, else the browser's preference."""
    asked = request.query_params.get("lang", "")
    if asked in LANGUAGES:
        return asked
    for part in request.headers.get("accept-language", "").split(","):
        language = part.split(";")[0].strip().split("-")[0].lower()
        if language in LANGUAGES:
            return language
    return "en"
