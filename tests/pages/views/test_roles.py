"""Each role from its invitation to signing out everywhere: by mail, in browsers, and over GraphQL."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from store.enums import Role
from tests.pages.conftest import Visitor
from tests.pages.site import PUBLIC_URL, Site
from tests.pages.test_manners import violations
from tests.pages.views.test_session import keep_cookie

Visit = Callable[..., Visitor]
NAME = 'name: [{language: EN, text: "A track of the walk"}]'
FOUND = """{ programmes(first: 2) { edges { node { id } } } investors(first: 3) { edges { node { id } } }
    places(first: 1, filter: {code: "320500"}) { edges { node { id } } }
    projects(first: 100) { edges { node { id owner { id } } } } }"""


def first_of(found: dict[str, Any], kind: str, number: int = 0) -> Any:
    return found[kind]["edges"][number]["node"]


def link_to(site: Site, email: str, path: str) -> str:
    """The link of the next mail to an address, on this server."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        for letter in [each for each in site.mailbox.messages if each["To"] == email]:
            link = re.search(rf"^{re.escape(PUBLIC_URL + path)}\S+", letter.get_content(), re.MULTILINE)
            if link is not None:
                site.mailbox.raw.clear()
                return link[0].replace(PUBLIC_URL, site.address)
        time.sleep(0.05)
    raise AssertionError(f"no mail to {email}")


def ask(context: BrowserContext, site: Site, query: str) -> dict[str, Any]:
    """Ask the API with the browser's own cookie."""
    answer = context.request.post(f"{site.address}/graphql", data={"query": query}).json()
    assert "errors" not in answer, answer
    data: dict[str, Any] = answer["data"]
    return data


def invite(page: Page, role: str, scope: str, people: str) -> None:
    """Fill the form of /invitations, check, and send."""
    page.get_by_label("Role", exact=True).select_option(label=role)
    if scope.startswith(("inv_", "plc_", "tal_")):
        page.get_by_label("or the id of").fill(scope)
    elif scope:
        page.get_by_label("Scope").select_option(scope)
    page.get_by_label("E-mail addresses").fill(people)
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("Nothing has been sent yet")).to_be_visible()
    page.get_by_role("button", name="Invite 1").click()
    expect(page.get_by_role("status")).to_contain_text("on their way")


def works_as_organiser(page: Page, context: BrowserContext, site: Site, own: str, other: str) -> None:
    created = ask(context, site, f'mutation {{ createTrack(input: {{{NAME}, code: "walk", programme: "{other}"}}) '
                                 "{ track { id } userErrors { message } } }")["createTrack"]  # fmt: skip
    assert created["userErrors"] == []
    entries = ask(context, site, f'{{ auditLog(entity: "{created["track"]["id"]}") {{ nodes {{ actorName }} }} }}')
    assert {each["actorName"] for each in entries["auditLog"]["nodes"]} == {"Olga Example"}
    page.get_by_role("link", name="Invitations").click()
    page.get_by_label("Role", exact=True).select_option(label="Reviewer")
    rows = "email,name,language\nrita@walk.example,Rita,en\nnobody,No,\n,Nameless,\nrita@walk.example,Rita,en\n"
    file: Any = {"name": "reviewers.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    page.get_by_label("or a spreadsheet").set_input_files(file)
    page.get_by_role("button", name="Check").click()
    expect(page.locator(".notes li")).to_have_text(
        [re.compile("^Row 3: “nobody” isn't"), re.compile("^Row 4: “Nameless” has no"), re.compile("^Row 5: rita@")]
    )
    expect(page.get_by_role("alert")).to_have_text("Rows that can't be used are left out: 2.")
    assert site.mailbox.raw == [], "nothing is sent before it is confirmed"
    page.get_by_role("button", name="Invite 1").click()
    first = link_to(site, "rita@walk.example", "/invitation")
    row = page.get_by_role("row", name="rita@walk.example")
    row.get_by_role("button", name="Send again").click()
    expect(page.get_by_role("status")).to_contain_text("sent again")
    second = link_to(site, "rita@walk.example", "/invitation")
    assert context.request.get(first).status == 410
    assert context.request.get(second).ok
    row.get_by_role("button", name="Withdraw").click()
    expect(row).to_have_count(0)
    assert context.request.get(second).status == 410


def works_as_scoped_organiser(page: Page, context: BrowserContext, site: Site, own: str, other: str) -> None:
    create = f'createTrack(input: {{{NAME}, code: "own", programme: "%s"}}) {{ userErrors {{ code }} }}'
    made = ask(context, site, f"mutation {{ own: {create % own} other: {create % other} }}")
    assert made == {"own": {"userErrors": []}, "other": {"userErrors": [{"code": "FORBIDDEN"}]}}
    log = ask(
        context, site, '{ auditLog(entityType: "track") { nodes { entity { ... on Track { programme { id } } } } } }'
    )
    assert {each["entity"]["programme"]["id"] for each in log["auditLog"]["nodes"]} == {own}
    page.get_by_role("link", name="Invitations").click()
    assert page.locator(f'#scope option[value="{other}"]').count() == 0
    invite(page, "Reviewer", own, "Ron <ron@walk.example>")
    assert link_to(site, "ron@walk.example", "/invitation")


def works_as_reviewer(page: Page, context: BrowserContext, site: Site, own: str, other: str) -> None:
    seen = ask(context, site, "{ projects(first: 1) { edges { node { id name } } } }")["projects"]["edges"][0]["node"]
    page.goto(f"{site.address}/projects/{seen['id']}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(seen["name"])
    refused = context.request.get(f"{site.address}/invitations?lang=en")
    assert refused.status == 403
    assert "can&#39;t invite people or end roles" in refused.text()


def works_as_planner(page: Page, context: BrowserContext, site: Site, own: str, other: str) -> None:
    page.goto(f"{site.address}/places/{own}")
    row = page.locator("ol.ranked > li").first
    row.get_by_role("button", name="Interested").click()
    expect(row.locator(".badge.answer")).to_have_text("Interested")
    answers = "interests(first: 9) { edges { node { kind } } }"
    said = ask(context, site, f'{{ place(id: "{own}") {{ {answers} }} }}')["place"]["interests"]["edges"]
    assert said == [{"node": {"kind": "LIKE"}}]
    row.get_by_role("button", name="Undo").click()
    expect(row.locator(".badge.answer")).to_have_count(0)


def works_as_investor(page: Page, context: BrowserContext, site: Site, own: str, other: str) -> None:
    given = f'setMandate(investor: "{own}", mandate: {{}}) {{ userErrors {{ message }} }}'
    assert ask(context, site, f"mutation {{ {given} }}")["setMandate"]["userErrors"] == []
    page.goto(f"{site.address}/list")
    expect(page.locator("ol.ranked > li").first).to_be_visible()


def works_as_talent(page: Page, context: BrowserContext, site: Site, own: str, other: str) -> None:
    changed = (
        f'mutation {{ updateProject(id: "{other}", input: {{keywords: ["walk"]}}) {{ userErrors {{ message }} }} }}'
    )
    assert ask(context, site, changed)["updateProject"]["userErrors"] == []
    page.goto(f"{site.address}/projects/{other}")
    expect(page.locator("header .who")).to_contain_text("Tao Example · talent")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", ["/invitations?ended=1", "/members", "/notifications", "/notifications/preview"])
def test_the_pages_of_the_server_are_accessible(visit: Visit, site: Site, language: str, path: str) -> None:
    page = keep_cookie(visit(language), site.sessions[Role.ADMIN]).open(path, fills=False)
    assert violations(page) == []


WORK = {
    Role.ORGANISER: ("Olga", "Organiser", works_as_organiser),
    Role.SCOPED_ORGANISER: ("Sam", "Organiser", works_as_scoped_organiser),
    Role.REVIEWER: ("Rui", "Reviewer", works_as_reviewer),
    Role.PLANNER: ("Pia", "Planner", works_as_planner),
    Role.INVESTOR: ("Ivan", "Investor", works_as_investor),
    Role.TALENT: ("Tao", "Talent", works_as_talent),
}


@pytest.mark.parametrize("role", WORK)
def test_a_role_is_invited_works_and_is_signed_out_everywhere(visit: Visit, site: Site, role: Role) -> None:
    name, title, work = WORK[role]
    email = f"{name.lower()}@walk.example"
    found = site.ask(FOUND, Role.ORGANISER)
    owned = [each["node"] for each in found["projects"]["edges"] if each["node"]["owner"]]
    project = next(each for each in owned if each["id"] != site.project)
    programmes = first_of(found, "programmes"), first_of(found, "programmes", 1)
    own, other = {
        Role.PLANNER: (first_of(found, "places")["id"], ""),
        Role.INVESTOR: (next(each["node"]["id"] for each in found["investors"]["edges"]
                             if each["node"]["id"] != site.investor), ""),
        Role.TALENT: (project["owner"]["id"], project["id"]),
    }.get(role, (programmes[0]["id"], programmes[1]["id"]))  # fmt: skip
    scope = "" if role in (Role.ORGANISER, Role.REVIEWER) else own
    site.mailbox.raw.clear()

    administrator = keep_cookie(visit(), site.sessions[Role.ADMIN]).open("/invitations", fills=False)
    invite(administrator, title, scope, f"{name} Example <{email}>")
    visitor = visit()
    page = visitor.open(link_to(site, email, "/invitation").removeprefix(site.address), fills=False)
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text(f"{name} Example · {email}")).to_be_visible()
    viewer = "{ viewer { role account { email } } }"
    assert ask(visitor.context, site, viewer)["viewer"] == {"role": role.value, "account": {"email": email}}

    work(page, visitor.context, site, own, other)

    second = visit()
    elsewhere = second.open("/sign-in", fills=False)
    elsewhere.get_by_label("E-mail address").fill(email)
    elsewhere.get_by_role("button", name="Send me a link").click()
    expect(elsewhere.get_by_role("status")).to_be_visible()
    elsewhere.goto(link_to(site, email, "/sign-in/confirm"))
    elsewhere.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(elsewhere.get_by_text(f"{name} Example · {email}")).to_be_visible()
    assert len(ask(second.context, site, "{ viewer { sessions { id } } }")["viewer"]["sessions"]) == 2
    elsewhere.get_by_role("button", name="Sign out everywhere").click()
    elsewhere.wait_for_url(f"{site.address}/")
    until = time.monotonic() + 10
    for context in (visitor.context, second.context):
        while ask(context, site, viewer)["viewer"]["role"] != "PUBLIC":
            assert time.monotonic() < until
            time.sleep(0.1)
    if role is Role.REVIEWER:
        is_handed_over_and_ended(administrator, site, email)


def is_handed_over_and_ended(page: Page, site: Site, leaver: str) -> None:
    """Hand a leaver's role over to the administrator, who then ends it."""
    page.goto(f"{site.address}/members")
    successor = page.get_by_role("row").filter(has_text="Administrator").first.get_by_role("cell").nth(1).inner_text()
    for label, email in (("Who leaves", leaver), ("Who takes over", successor)):
        select = page.get_by_label(label)
        select.select_option(select.locator("option", has_text=email).get_attribute("value"))
    page.get_by_role("button", name="Check").click()
    row = page.get_by_role("row").filter(has_text="Reviewer")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(successor)
    assert holders(site, Role.REVIEWER.value, leaver) == 1, "nothing has been handed over yet"
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_role("status")).to_have_text("All roles have been handed over.")
    assert holders(site, Role.REVIEWER.value, leaver) == 0
    row = page.get_by_role("row").filter(has_text=successor).filter(has_text="Reviewer")
    row.get_by_role("button", name="End role").click()
    expect(page.get_by_role("status")).to_contain_text("The role and its keys have ended")
    expect(row).to_have_count(0)
    assert holders(site, Role.REVIEWER.value, successor) == 0


def holders(site: Site, role: str, email: str) -> int:
    """How many memberships in a role an address holds."""
    listed = site.ask("{ memberships(first: 100) { role account { email } } }", Role.ADMIN)["memberships"]
    return sum((each["role"], each["account"]["email"]) == (role, email) for each in listed)
