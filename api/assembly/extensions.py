"""Plugins' routes, pages and sections: isolated by the host, with identity, in the frame of our own pages."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TypeAlias

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from api.assembly.loop_bridge import answer_from_another_loop, request_for_another_loop
from api.assembly.rooms import Assembly
from api.pages import Pages, language_of
from api.requests.answers import Caller
from api.requests.errors import RequestError
from api.requests.identity import Identity, credentials
from plugins.host.contributions.contributions import Page, Section
from plugins.host.contributions.contributions import Route as PluginRoute
from plugins.host.contributions.http import RECORD_PAGES
from plugins.host.contributions.registry import Entry
from plugins.host.errors import PluginFailedError, UserError
from plugins.host.host import Host
from plugins.host.manifest import CORE
from schema.request.context import PluginContext
from store.access.actors import Actor

SECTIONS = "/sections/{id}"
KIND = "query ($id: ID!) { node(id: $id) { __typename } }"
log = logging.getLogger("roadshow.pages")
Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]


def plugin_routes(assembly: Assembly, identity: Identity, pages: Pages) -> list[BaseRoute]:
    """Return a route for each ``Route``, ``Page`` and ``StaticFolder`` of plugins."""
    contributions = assembly.host.contributions
    return [
        *(
            Route(entry.value.path, _endpoint(assembly, entry), methods=list(entry.value.methods))
            for entry in contributions.routes
        ),
        *(Route(entry.value.path, _page(assembly, identity, pages, entry)) for entry in contributions.pages),
        *(
            Mount(f"/plugins/{entry.owner}/static", StaticFiles(directory=entry.value.path))
            for entry in contributions.static
        ),
    ]


def plugin_fields(host: Host) -> frozenset[str]:
    """Return schema coordinates of the fields answered by plugins' functions, such as ``Project.sketch``."""
    added = host.contributions
    entries = (*added.fields, *added.queries, *added.mutations)
    return frozenset(entry.name for entry in entries if entry.owner != CORE)


def _endpoint(assembly: Assembly, entry: Entry[PluginRoute]) -> Endpoint:
    answering = _with_context(assembly, entry)
    in_a_loop = inspect.iscoroutinefunction(answering)

    async def endpoint(request: Request) -> Response:
        given = request_for_another_loop(request) if in_a_loop else request
        try:
            answer = await assembly.host.call_async(entry, answering, given)
        except UserError as problem:
            return PlainTextResponse(f"{problem}\n", 400)
        except PluginFailedError as problem:
            return PlainTextResponse(f"{problem}\n", 503)
        if not isinstance(answer, Response):
            return PlainTextResponse(str(answer))
        return answer_from_another_loop(assembly.host, entry, answer)

    return endpoint


def _with_context(assembly: Assembly, entry: Entry[PluginRoute]) -> Callable[[Request], object]:
    """The route's function, with `request.state.context` while it runs."""
    function, plugin_context = entry.value.endpoint, assembly.open_plugin_context
    if plugin_context is None:
        return function

    if inspect.iscoroutinefunction(function):

        async def in_the_loop(request: Request) -> object:
            with plugin_context(entry.owner) as context:
                request.state.context = context
                return await function(request)

        return in_the_loop

    def in_a_thread(request: Request) -> object:
        with plugin_context(entry.owner) as context:
            request.state.context = context
            return function(request)

    return in_a_thread


def _page(assembly: Assembly, identity: Identity, pages: Pages, entry: Entry[Page]) -> Endpoint:
    page = entry.value
    roles = None if page.visible_to is None else {str(role).upper() for role in page.visible_to}

    def render(request: Request, actor: Actor) -> tuple[str, int]:
        parameters = {**request.query_params, **{key: str(value) for key, value in request.path_params.items()}}
        language = language_of(request)

        def rendered(own: PluginContext) -> tuple[str, int]:
            context = RenderingContext(own, parameters, language)
            html = page.render(context)
            if context.status not in range(200, 500):
                raise ValueError(f"a page's status is from 200 to 499, not {context.status!r}")
            return html, context.status

        with assembly.open_context(actor, _caller(request)) as context, context.own() as own:
            return rendered(own)

    async def endpoint(request: Request) -> Response:
        title = dict(page.title)
        try:
            actor = await asyncio.to_thread(identity.actor, credentials(request.headers))
        except RequestError as refusal:
            return PlainTextResponse(f"{refusal}\n", refusal.status, headers=refusal.headers)
        if roles is not None and actor.role.value not in roles:
            return PlainTextResponse("You may not see this page.\n", 403)
        try:
            # In the plugin's threads from the start: a sleeping page holds none of the server's.
            html, status = await assembly.host.call_async(entry, render, request, actor)
        except UserError as problem:
            return PlainTextResponse(f"{problem}\n", 400)
        except PluginFailedError as problem:
            return PlainTextResponse(f"{problem}\n", 503)
        return pages.framed(request, title, html, status)

    assert not inspect.iscoroutinefunction(page.render), f"{entry.point} at {entry.place}: render must be a function"
    return endpoint


def sectioned(host: Host) -> frozenset[str]:
    """Return the addresses of the pages to which plugins add sections."""
    return frozenset(f"/{RECORD_PAGES[entry.value.on]}/{{id}}" for entry in host.contributions.sections)


def section_routes(assembly: Assembly, identity: Identity) -> list[Route]:
    """Return the route that gives a record's sections as JSON; none without plugins that have any."""
    sections = assembly.host.contributions.sections

    def kind_of(request: Request, actor: Actor) -> str | None:
        """Return the type of the record, if the reader may see it."""
        with assembly.open_context(actor, _caller(request)) as context, context.own() as own:
            data = own.ask(KIND, {"id": request.path_params["id"]}).get("data") or {}
            return (data.get("node") or {}).get("__typename")

    def render(request: Request, actor: Actor, section: Section) -> str:
        with assembly.open_context(actor, _caller(request)) as context, context.own() as own:
            context_of_page = RenderingContext(own, dict(request.path_params), language_of(request))
            return str(section.render(context_of_page) or "")

    async def rendered(request: Request, actor: Actor, entry: Entry[Section]) -> dict[str, str] | None:
        section, language = entry.value, language_of(request)
        if section.visible_to is not None and actor.role.value not in {str(role) for role in section.visible_to}:
            return None
        try:
            html = await assembly.host.call_async(entry, render, request, actor, section)
        except (PluginFailedError, UserError) as problem:
            log.warning("a section is left out: %s", problem)
            return None
        return {"title": section.title[language], "html": html, "plugin": entry.owner} if html.strip() else None

    async def answer(request: Request) -> Response:
        try:
            actor = await asyncio.to_thread(identity.actor, credentials(request.headers))
        except RequestError as refusal:
            return PlainTextResponse(f"{refusal}\n", refusal.status, headers=refusal.headers)
        kind = await asyncio.to_thread(kind_of, request, actor)
        given = [await rendered(request, actor, entry) for entry in sections if entry.value.on == kind]
        headers = {"Cache-Control": "no-store", "Vary": "Accept-Language, Authorization, Cookie"}
        return JSONResponse({"sections": [each for each in given if each is not None]}, headers=headers)

    return [Route(SECTIONS, answer)] if sections else []


class RenderingContext:
    """What a page's ``render`` receives: a resolver's context, the parameters and the language."""

    def __init__(self, context: PluginContext, parameters: Mapping[str, str], language: str) -> None:
        self._context = context
        self.parameters = parameters
        self.language = language
        self.status = 200

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return self._context.actor

    @property
    def languages(self) -> Sequence[str]:
        """BCP 47 tags, best first: the page's language, then the reader's."""
        return [self.language, *(each for each in self._context.languages if each != self.language)]

    @property
    def session(self) -> Session:
        """A session that reads, of this call's own: a page past its time limit shares it with nobody."""
        return self._context.session

    def ask(self, document: str, variables: Mapping[str, object] | None = None) -> dict[str, object]:
        """The answer of the API to a query, as the reader gets it."""
        return self._context.ask(document, variables)

    def acting_as(self, actor: Actor, languages: Sequence[str] = ()) -> AbstractContextManager[PluginContext]:
        """A context in which somebody else asks. Needs the permission `act_as`."""
        return self._context.acting_as(actor, languages or self.languages)

    def call(self, service: str, versions: str, **arguments: object) -> object:
        """What a service of another plugin returns."""
        return self._context.call(service, versions, **arguments)

    def ask_plugins(self, hook: str, **arguments: object) -> list[tuple[str, object]]:
        """What other plugins answer to a hook."""
        return self._context.ask_plugins(hook, **arguments)

    def start_job(self, session: Session, kind: str, arguments: Mapping[str, object]) -> str:
        """Refuse, as `write` does."""
        raise PermissionError("a page only reads; ask for a job in a route or a mutation")

    def notify(
        self, session: Session, kind: str, to: Iterable[str], arguments: Mapping[str, object], key: str
    ) -> list[str]:
        """Refuse, as `write` does."""
        raise PermissionError("a page only reads; tell people in a route or a mutation")

    def write(self) -> AbstractContextManager[Session]:
        """Refuse: pages don't write."""
        raise PermissionError("a page only reads; write in a route or a mutation")


def _caller(request: Request) -> Caller:
    return Caller(accept_language=request.headers.get("accept-language"), request_id=request.scope["request_id"])
