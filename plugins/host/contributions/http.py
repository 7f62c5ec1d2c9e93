"""HTTP and command-line contributions of a plugin: routes, pages, commands, tasks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plugins.host.contributions.declarations import (
    Declaration,
    must_be_described,
    must_be_path,
    must_be_plain,
    must_be_roles,
    must_be_slug,
    must_be_titled,
)

if TYPE_CHECKING:
    from starlette.requests import Request
    from typer import Typer

    from plugins.host.context import Context, PageContext


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass(frozen=True, kw_only=True)
class Route(Declaration):
    """A URL answered by `endpoint(request)`, a function of a Starlette request that returns a response.

    A plain function runs in a worker thread; an `async` one in the event loop, where it must never block.
    `request.state.context` is a `Context` of this call's own, whose actor is the plugin.
    """

    path: str
    endpoint: Callable[[Request], object]
    methods: Sequence[str] = ("GET",)
    time_limit: float | None = None

    def check(self) -> None:
        must_be_path(self.path)
        methods = (self.methods,) if isinstance(self.methods, str) else self.methods
        if isinstance(self.methods, str) or not METHODS.issuperset(map(str.upper, methods)):
            raise ValueError(
                f"methods of route '{self.path}' are {', '.join(methods)}; give a list of {', '.join(sorted(METHODS))}"
            )


@dataclass(frozen=True, kw_only=True)
class StaticFolder(Declaration):
    """A folder whose files are served below `/plugins/NAME/static/`, to everybody: scripts, styles, pictures."""

    path: Path

    def check(self) -> None:
        if not self.path.is_dir():
            raise ValueError(f"'{self.path}' is no folder, so its files can't be served")


@dataclass(frozen=True, kw_only=True)
class Page(Declaration):
    """A page for people: `render(context)` returns the HTML that stands between header and footer.

    `context` is a `PageContext`: the `Context` of a resolver, plus `parameters` (of the path and the query
    string) and `language`. The HTML must escape what it shows (`markupsafe.escape`).
    """

    path: str
    title: Mapping[str, str]
    """By language, at least `en` and `zh`."""
    render: Callable[[PageContext[Any]], str]
    visible_to: Iterable[str] | None = None
    navigation: bool = True
    """Whether it has a link in the navigation."""
    time_limit: float | None = None

    def check(self) -> None:
        must_be_path(self.path)
        must_be_roles("page", self.path, self.visible_to)
        must_be_plain("page", self.path, self.render)
        must_be_titled("page", self.path, self.title)


RECORD_PAGES = {
    "Event": "events",
    "EventEdition": "editions",
    "Investor": "investors",
    "MatchingNeed": "needs",
    "Organisation": "organisations",
    "Place": "places",
    "Project": "projects",
    "Talent": "talents",
}
"""The entities with a page for each record, and the folder of its address."""


@dataclass(frozen=True, kw_only=True)
class Section(Declaration):
    """A section below the page of each record of an entity: `render(context)` returns its HTML, or "" for none.

    `context` is a `PageContext`; `context.parameters["id"]` is the record's id, which the reader may see. The HTML must
    escape what it shows. A section that fails is left out.
    """

    on: str
    """The GraphQL type."""
    title: Mapping[str, str]
    """By language, at least `en` and `zh`."""
    render: Callable[[PageContext[Any]], str]
    visible_to: Iterable[str] | None = None
    time_limit: float | None = None

    @property
    def name(self) -> str:
        return f"of {self.on} '{self.title['en']}'"

    def check(self) -> None:
        if self.on not in RECORD_PAGES:
            raise ValueError(f"'{self.on}' has no page for each record; those that do are {', '.join(RECORD_PAGES)}")
        must_be_titled("section on", self.on, self.title)
        must_be_roles("section on", self.on, self.visible_to)
        must_be_plain("section on", self.on, self.render)


@dataclass(frozen=True, kw_only=True)
class Command(Declaration):
    """A command of `roadshow`: `run` is a `typer.Typer` (a group of commands) or a function (one command)."""

    name: str
    help: str
    run: Typer | Callable[..., object]

    def check(self) -> None:
        must_be_slug("a command", self.name)
        must_be_described("command", self.name, self.help)


@dataclass(frozen=True, kw_only=True)
class Task(Declaration):
    """Background work while the server runs: `run(context)`, then a pause of `every` seconds, and again.

    One process on a database runs it at a time. It may end at any point, with the process, so it should be safe to
    repeat.
    """

    name: str
    run: Callable[[Context[Any]], None]
    every: float
    """Seconds from the end of one run to the next."""
    time_limit: float | None = None
    """Seconds for one run; None means the host's `listener_time_limit`."""

    def check(self) -> None:
        must_be_slug("a task", self.name)
        must_be_plain("task", self.name, self.run)
        if self.every <= 0:
            raise ValueError(f"task '{self.name}': every must be above 0 seconds, it is {self.every}")


@dataclass(frozen=True, kw_only=True)
class SignInRequest:
    """A browser's way to an identity provider and back, made and kept by core; what is sent there is bound to it."""

    redirect_address: str
    """Where the provider sends the browser back; register it there."""
    state: str
    """Has to come back with the browser, in the parameter `state`."""
    nonce: str
    code_verifier: str
    """The secret whose challenge (PKCE) may be sent; 64 characters."""
    language: str | None = None
    """Of the person, on the way there."""


@dataclass(frozen=True, kw_only=True)
class ProvidedIdentity:
    """Somebody as an identity provider knows them."""

    subject: str
    """The provider's id of the person, never given to anybody else: 1 to 255 characters."""
    email: str | None = None
    verified: bool = False
    """Whether the provider vouches for the address."""
    name: str | None = None
    """Shown where there is no address."""
    session: str | None = None
    """The provider's id of the session there, where it has one."""


@dataclass(frozen=True, kw_only=True)
class SignInProvider(Declaration):
    """A way to sign in at an identity provider: a button on the page of signing in.

    `begin(request)` returns the address that the browser is sent to. `complete(parameters, request)` gets the
    parameters with which it comes back, and returns who it is; it raises UserError if the provider refused. Core holds
    state, nonce, rate limits, which account it is, and the session.
    """

    name: str
    title: Mapping[str, str]
    issuer: str
    """What its subjects are unique within: an address such as `https://login.example.edu`, never changed."""
    begin: Callable[[SignInRequest], str]
    complete: Callable[[Mapping[str, str], SignInRequest], ProvidedIdentity]
    email_domains: tuple[str, ...] = ()
    """Domains whose verified addresses it may link to accounts by itself."""
    time_limit: float = 30.0

    def check(self) -> None:
        must_be_slug("an identity provider", self.name)
        must_be_titled("identity provider", self.name, self.title)
        must_be_plain("identity provider", self.name, self.begin)
        must_be_plain("identity provider", self.name, self.complete)
        if not re.fullmatch(r"https?://[^\s]{1,280}", self.issuer):
            raise ValueError(f"identity provider '{self.name}': its issuer is an address such as https://login.example")
