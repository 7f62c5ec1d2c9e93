"""A whole server with a draft and a published project of one person, and clients in several roles."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from api.assembly.rooms import Assembly, assemble
from api.operations.settings import JobSettings, ServerSettings
from store.access import keys
from store.access.actors import Actor
from store.enums import ProjectStatus, Role
from store.models import Project, Talent
from store.settings import FileSettings
from tests.api.running import running

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010806000000") + bytes(60)
UPLOAD = """mutation ($n: String!) { createUpload(name: $n) { upload { token url } userErrors { code message } } }"""
ADD = """mutation ($s: ID!, $u: String, $link: String, $v: Visibility! = OWNER, $k: DocumentKind! = DECK, $key: String,
  $dry: Boolean! = false) {
  addDocument(subject: $s, upload: $u, link: $link, visibility: $v, kind: $k, idempotencyKey: $key, dryRun: $dry) {
    document { id url fileName mediaType size sha256 uploadedBy } preview { mediaType size }
    userErrors { code message field } } }"""


class Desk:
    """The server, its two projects, and keys by name: owner, other (another talent), reviewer, organiser."""

    def __init__(self, assembly: Assembly, address: str) -> None:
        self.assembly = assembly
        self.folder = assembly.settings.data_directory
        self.client = httpx.Client(base_url=address, timeout=30)
        self.keys: dict[str | None, str] = {}
        with assembly.database.write(Actor.system("test")) as session:
            owner, other = Talent(name={"en": "Ada Example"}), Talent(name={"en": "Ben Example"})
            session.add_all([owner, other])
            session.flush()
            draft = Project(name={"en": "Draft"}, status=ProjectStatus.DRAFT, owner_id=owner.id)
            shown = Project(name={"en": "Shown"}, status=ProjectStatus.PUBLISHED, owner_id=owner.id)
            session.add_all([draft, shown])
            session.flush()
            self.draft, self.shown = draft.id, shown.id
            self.keys["owner"] = keys.create(session, Role.TALENT, "Ada", owner.id)[1]
            self.keys["other"] = keys.create(session, Role.TALENT, "Ben", other.id)[1]
            self.keys["reviewer"] = keys.create(session, Role.REVIEWER, "Rex")[1]
            self.keys["organiser"] = keys.create(session, Role.ORGANISER, "Olga")[1]

    def headers(self, who: str | None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys[who]}"} if who else {}

    def ask(self, document: str, who: str | None = "owner", **variables: Any) -> Any:
        sent = {"query": document, "variables": variables}
        answer = self.client.post("/graphql", json=sent, headers=self.headers(who)).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def get(self, url: str, who: str | None = "owner", method: str = "GET", **headers: str) -> httpx.Response:
        return self.client.request(method, url, headers={**self.headers(who), **headers})

    def place(self, name: str, who: str = "owner") -> Any:
        return self.ask(UPLOAD, who, n=name)["createUpload"]["upload"]

    def sent(self, content: bytes = PDF, name: str = "plan.pdf", who: str = "owner") -> str:
        """Send a file; return the upload's token."""
        upload = self.place(name, who)
        answer = self.client.put(upload["url"], content=content)
        assert answer.status_code == 201, answer.text
        return str(upload["token"])

    def add(self, subject: str, who: str = "owner", **given: Any) -> Any:
        return self.ask(ADD, who, s=subject, **given)["addDocument"]

    def added(self, subject: str, content: bytes = PDF, name: str = "plan.pdf", **given: Any) -> Any:
        """Send a file and add it as the owner; return the document."""
        who = "owner"
        answer = self.add(subject, who, u=self.sent(content, name, who), **given)
        assert answer["userErrors"] == [], answer
        return answer["document"]

    def refused(self, subject: str, who: str = "owner", **given: Any) -> tuple[str, str, list[str]]:
        (problem,) = self.add(subject, who, **given)["userErrors"]
        return problem["code"], problem["message"], problem["field"]


@contextmanager
def opened(url: str, folder: Path, **files: Any) -> Iterator[Desk]:
    settings = ServerSettings(
        database_url=url, data_directory=folder, jobs=JobSettings(own_worker=False), files=FileSettings(**files)
    )
    assembly = assemble(settings)
    with running(assembly) as address:
        desk = Desk(assembly, address)
        yield desk
        desk.client.close()
