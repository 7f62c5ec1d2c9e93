"""The page on which roles are ended, and a leaver's are handed over: a client of the API in this process."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from api.accounts.forms import read_form
from api.accounts.governing_page import GoverningPage, problems_of
from api.accounts.invitation_page import scope_name
from api.accounts.texts import TEXTS, text
from api.pages import language_of
from api.requests.answers import Caller
from schema.declarations.base import GivenArguments
from store.access.actors import Actor

PATH = "/members"
AT_ONCE = 50
_MEMBERSHIP = "role endsAt account { id name email } scope { id }"
LIST = f"query ($after: ID) {{ memberships(first: {AT_ONCE}, after: $after) {{ id {_MEMBERSHIP} }} }}"
END = "mutation ($id: ID!) { endMembership(id: $id) { userErrors { code message } } }"
HAND_OVER = f"""mutation ($leaver: ID!, $successor: ID!, $dry: Boolean!) {{
    handOverMemberships(leaver: $leaver, successor: $successor, dryRun: $dry) {{
        preview {{ {_MEMBERSHIP} }} userErrors {{ code message }} }} }}"""


class MembersPage(GoverningPage):
    """The page at ``/members`` and its forms."""

    template, title = "members.html", "members"

    async def show(self, request: Request) -> Response:
        """List the memberships that the actor may end."""
        return await self.for_those_who_govern(request, self._shown)

    async def end(self, request: Request) -> Response:
        """End a membership."""
        given = await read_form(request)
        return await self.for_those_who_govern(request, lambda asked, actor: self._ended(asked, actor, given))

    async def hand_over(self, request: Request) -> Response:
        """Show what a leaver's successor would hold or, once that is confirmed, hand it over."""
        given = await read_form(request)
        return await self.for_those_who_govern(request, lambda asked, actor: self._handed_over(asked, actor, given))

    def _shown(self, request: Request, actor: Actor, status: int = 200, **values: object) -> Response:
        done, language = request.query_params.get("done", ""), language_of(request)
        answer = self.ask(request, actor, LIST, {"after": request.query_params.get("after")})
        listed = (answer.get("data") or {}).get("memberships") or []
        people = {each["account"]["id"]: each["account"] for each in listed}
        return self.page(
            request,
            status,
            notice=text(done, language) if done in ("ended", "handed_over") else None,
            listed=self._in_words(request, actor, listed),
            people=sorted(people.values(), key=lambda each: str(each["name"])),
            next=listed[-1]["id"] if len(listed) == AT_ONCE else None,
            **values,
        )

    def _ended(self, request: Request, actor: Actor, given: Mapping[str, str]) -> Response:
        answer = self.ask(request, actor, END, {"id": given.get("id", "")})
        refusals = problems_of(answer)
        return self._shown(request, actor, 400, problem=" ".join(refusals)) if refusals else _back(request, "ended")

    def _handed_over(self, request: Request, actor: Actor, given: Mapping[str, str]) -> Response:
        sure = given.get("sure") == "1"
        people = {name: given.get(name, "") for name in ("leaver", "successor")}
        answer = self.ask(request, actor, HAND_OVER, {**people, "dry": not sure})
        refusals = problems_of(answer)
        if refusals:
            return self._shown(request, actor, 400, problem=" ".join(refusals))
        if sure:
            return _back(request, "handed_over")
        held = answer["data"]["handOverMemberships"]["preview"]
        return self.page(request, step="check", fields=people, listed=self._in_words(request, actor, held))

    def _in_words(self, request: Request, actor: Actor, listed: list[GivenArguments]) -> list[dict[str, object]]:
        language = language_of(request)
        with self.open_context(actor, Caller(request_id=request.scope["request_id"])) as context:
            return [
                {
                    **each,
                    "role": TEXTS[each["role"]][language],
                    "scope": scope_name(context.session, (each["scope"] or {}).get("id"), language),
                }
                for each in listed
            ]


def members_routes(page: MembersPage) -> list[Route]:
    """Return the routes of the page."""
    return [
        Route(PATH, page.show),
        Route(f"{PATH}/end", page.end, methods=["POST"]),
        Route(f"{PATH}/hand-over", page.hand_over, methods=["POST"]),
    ]


def _back(request: Request, done: str) -> Response:
    language = request.query_params.get("lang")
    return RedirectResponse(f"{PATH}?done={done}" + (f"&lang={language}" if language in ("en", "zh") else ""), 303)
