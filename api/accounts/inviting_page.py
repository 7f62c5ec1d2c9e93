"""The page on which people are invited to roles: a client of the API in this process, as whoever is signed in."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from api.accounts.forms import read_form, read_upload_form
from api.accounts.governing_page import GoverningPage, problems_of
from api.accounts.invitation_page import scope_name
from api.accounts.invitees import Invitee, Invitees, read_lines, read_rows
from api.accounts.texts import TEXTS, text
from api.pages import language_of
from api.requests.answers import Caller
from schema.declarations.base import GivenArguments
from schema.domain.accounts.governing import given_roles, given_scopes
from store.access.actors import Actor
from store.access.scopes import SCOPE_PREFIXES, SCOPES
from store.enums import ScopeKind
from store.imports.readers.source import FileError
from store.models.base import now
from store.values.ids import prefix_of

PATH = "/invitations"
MOST_BYTES = 5_000_000
DAYS = 14
LIST = """query ($ended: Boolean!, $after: ID) { invitations(ended: $ended, first: 50, after: $after) {
    id email name role createdAt expiresAt acceptedAt revokedAt scope { id } } }"""
INVITE = """mutation ($people: [InviteeInput!]!, $role: Role!, $kind: ScopeKind!, $scope: ID, $expires: DateTime,
    $ends: DateTime, $dry: Boolean!, $key: String) {
    invite(people: $people, role: $role, scopeKind: $kind, scope: $scope, expiresAt: $expires, endsAt: $ends,
        dryRun: $dry, idempotencyKey: $key) { invitations { id } userErrors { code field message } } }"""
RESEND = "mutation ($id: ID!) { resendInvitation(id: $id) { userErrors { code message } } }"
REVOKE = "mutation ($id: ID!) { revokeInvitation(id: $id) { userErrors { code message } } }"


class InvitingPage(GoverningPage):
    """The page at ``/invitations`` and its forms."""

    template, title = "inviting.html", "invitations"

    async def show(self, request: Request) -> Response:
        """Show the form and the open invitations, or closed ones too."""
        return await self.for_those_who_govern(request, self._shown)

    async def check(self, request: Request) -> Response:
        """Show what the form would send, and what is wrong with it. Nothing is written or sent."""
        given = await read_upload_form(request, MOST_BYTES)
        return await self.for_those_who_govern(request, lambda asked, actor: self._checked(asked, actor, given))

    async def send(self, request: Request) -> Response:
        """Invite the people that were shown."""
        given = await read_form(request, MOST_BYTES)
        return await self.for_those_who_govern(request, lambda asked, actor: self._sent(asked, actor, given))

    async def change(self, request: Request) -> Response:
        """Send an invitation again, or revoke it."""
        given = await read_form(request)
        return await self.for_those_who_govern(request, lambda asked, actor: self._changed(asked, actor, given))

    def _shown(self, request: Request, actor: Actor) -> Response:
        done = request.query_params.get("done", "")
        notice = text(done, language_of(request)) if done in ("sent_all", "resent", "revoked") else None
        return self._with_list(request, actor, notice=notice)

    def _with_list(self, request: Request, actor: Actor, status: int = 200, **values: object) -> Response:
        language = language_of(request)
        ended = request.query_params.get("ended") == "1"
        after = request.query_params.get("after")
        answer = self.ask(request, actor, LIST, {"ended": ended, "after": after})
        listed = (answer.get("data") or {}).get("invitations") or []
        caller = Caller(request_id=request.scope["request_id"])
        with self.open_context(actor, caller) as context:
            session = context.session
            for each in listed:
                each["role"] = TEXTS[each["role"]][language]
                each["scope"] = scope_name(session, (each["scope"] or {}).get("id"), language)
                each["state"] = _state(each)
            scopes = [
                (text(f"SCOPE_{kind.value}", language), [
                    (identifier, name.get(language) or next(iter(name.values()), identifier))
                    for identifier, name in given_scopes(actor, session, kind)
                ])
                for kind in SCOPE_PREFIXES
            ]  # fmt: skip
        return self.page(
            request,
            status,
            roles=[(role.value, TEXTS[role.value][language]) for role in given_roles(actor)],
            everything=actor.is_staff,
            scopes=[each for each in scopes if each[1]],
            listed=listed,
            ended=ended,
            next=listed[-1]["id"] if len(listed) == 50 else None,
            days=DAYS,
            **values,
        )

    def _checked(self, request: Request, actor: Actor, given: GivenArguments) -> Response:
        language = language_of(request)
        try:
            invitees = _invitees(given)
            offer = _offer(given, language)
        except FileError as problem:
            words = str(problem).replace(str(problem.path), str(given["file"][0]))
            return self._with_list(request, actor, 400, problem=words, given=given)
        except _UnusableError as problem:
            return self._with_list(request, actor, 400, problem=str(problem), given=given)
        rows = {each.row: each.in_words(language) for each in (*invitees.problems, *invitees.repeated)}
        if not invitees.people:
            nobody, listed = text("nobody", language), sorted(rows.items())
            return self._with_list(request, actor, 400, problem=nobody, given=given, rows=listed)
        people = list(invitees.people.values())
        answer = self.ask(request, actor, INVITE, {**offer, "people": _inputs(people), "dry": True})
        refusals = problems_of(answer)
        if refusals:
            return self._with_list(request, actor, 400, problem=" ".join(refusals), given=given)
        return self.page(
            request,
            step="check",
            people=people,
            rows=sorted(rows.items()),
            left_out=len(invitees.problems),
            fields={
                **{name: str(given.get(name, "")) for name in ("role", "scope", "scope_id", "days", "ends")},
                "people": "\n".join("\t".join((each.email, each.language or "", each.name or "")) for each in people),
                "key": secrets.token_urlsafe(16),
            },
            role=TEXTS[offer["role"]][language],
            scope=self._scope_name(request, actor, offer["scope"], language),
            expires=offer["expires"],
            last_day=given.get("ends"),
        )

    def _sent(self, request: Request, actor: Actor, given: Mapping[str, str]) -> Response:
        language = language_of(request)
        invitees = Invitees()
        for number, line in enumerate(given.get("people", "").splitlines(), 1):
            email, _, rest = line.partition("\t")
            spoken, _, name = rest.partition("\t")
            invitees.add(number, {"email": email, "language": spoken, "name": name})
        try:
            offer = _offer(given, language)
        except _UnusableError as problem:
            return self._with_list(request, actor, 400, problem=str(problem), given=given)
        people = _inputs(list(invitees.people.values()))
        answer = self.ask(request, actor, INVITE, {**offer, "people": people, "dry": False, "key": given.get("key")})
        refusals = problems_of(answer)
        if refusals:
            return self._with_list(request, actor, 400, problem=" ".join(refusals), given=given)
        return _back(request, "sent_all")

    def _changed(self, request: Request, actor: Actor, given: Mapping[str, str]) -> Response:
        again = given.get("change") == "resend"
        answer = self.ask(request, actor, RESEND if again else REVOKE, {"id": given.get("id", "")})
        refusals = problems_of(answer)
        if refusals:
            return self._with_list(request, actor, 400, problem=" ".join(refusals))
        return _back(request, "resent" if again else "revoked")

    def _scope_name(self, request: Request, actor: Actor, scope: str | None, language: str) -> str:
        with self.open_context(actor, Caller(request_id=request.scope["request_id"])) as context:
            return scope_name(context.session, scope, language)


class _UnusableError(ValueError):
    """A field of the form can't be used; the message is in the reader's language."""


def inviting_routes(page: InvitingPage) -> list[Route]:
    """Return the routes of the page."""
    return [
        Route(PATH, page.show),
        Route(PATH, page.check, methods=["POST"]),
        Route(f"{PATH}/send", page.send, methods=["POST"]),
        Route(f"{PATH}/change", page.change, methods=["POST"]),
    ]


def _invitees(given: GivenArguments) -> Invitees:
    """Read the people of the form: those of the file if there is one, else those of the text. Raises FileError."""
    name, content = given.get("file") or ("", b"")
    if not name:
        return read_lines(str(given.get("people", "")).splitlines())
    with TemporaryDirectory() as folder:
        path = Path(folder, f"people{Path(name).suffix.lower()}")
        path.write_bytes(content)
        return read_rows(path)


def _offer(given: GivenArguments, language: str) -> GivenArguments:
    """Return the role that a form offers, as variables of `INVITE`. Raises _UnusableError."""
    scope = str(given.get("scope_id") or given.get("scope") or "").strip() or None
    kinds = {prefix: kind for kind, prefix in SCOPE_PREFIXES.items()}
    kind = ScopeKind.INSTALLATION if scope is None else kinds.get(prefix_of(scope) or "")
    role = next((each for each in SCOPES if each.value == given.get("role")), None)
    if role is None or kind is None:
        raise _UnusableError(text("bad_scope_id", language).format(prefixes=", ".join(f"{each}_…" for each in kinds)))
    if kind not in SCOPES[role]:
        possible = {"en": ", ", "zh": "、"}[language].join(
            text(f"SCOPE_{each.value}", language) for each in SCOPES[role]
        )
        raise _UnusableError(text("other_scope", language).format(role=text(role.value, language), scopes=possible))
    days = str(given.get("days") or DAYS)
    if not days.isascii() or not days.isdecimal() or not 1 <= int(days) <= 365:
        raise _UnusableError(text("bad_days", language))
    expires = (now() + timedelta(days=int(days))).isoformat()
    ends = _end_of_day(str(given.get("ends") or ""), language)
    return {"role": role.value, "kind": kind.value, "scope": scope, "expires": expires, "ends": ends}


def _end_of_day(last: str, language: str) -> str | None:
    """Return when a role's last day has passed, in UTC; None without one. Raises _UnusableError."""
    if not last:
        return None
    try:
        end = datetime.combine(date.fromisoformat(last), time(), UTC) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise _UnusableError(text("bad_end", language)) from None
    if end <= now():
        raise _UnusableError(text("bad_end", language))
    return end.isoformat()


def _inputs(people: list[Invitee]) -> list[dict[str, str | None]]:
    return [{"email": each.email, "name": each.name, "language": each.language} for each in people]


def _state(invitation: GivenArguments) -> str:
    if invitation["acceptedAt"]:
        return "accepted_at"
    if invitation["revokedAt"]:
        return "revoked_at"
    return "open" if datetime.fromisoformat(str(invitation["expiresAt"])) > now() else "expired"


def _back(request: Request, done: str) -> Response:
    language = request.query_params.get("lang")
    return RedirectResponse(f"{PATH}?done={done}" + (f"&lang={language}" if language in ("en", "zh") else ""), 303)
