"""The operations of the pages are known by id and by hash, also where only registered operations run."""

from __future__ import annotations

import hashlib
from pathlib import Path

import orjson
import pytest

from api.assembly.core_contributions import CORE_PARTS
from api.assembly.preparation import load_host
from api.operations.settings import ServerSettings
from api.pages import operations
from api.requests.documents import Documents
from api.requests.errors import Code, RequestError
from api.requests.request import GraphQLRequest
from schema.types.build import build_schema


@pytest.fixture(scope="module")
def documents() -> Documents:
    """With the plugins that ship: some pages are theirs."""
    found = Documents(build_schema(load_host(ServerSettings(), CORE_PARTS))._schema, ServerSettings())
    found.register(operations())
    return found


@pytest.mark.parametrize("name", sorted(operations()))
def test_every_operation_of_the_pages_is_valid_and_within_the_limits(documents: Documents, name: str) -> None:
    found = documents.find(GraphQLRequest(document_id=name))
    assert found.name is not None
    assert found.name.lower() == name.replace("-", ""), "its name is that of its file"


def test_an_operation_is_known_by_its_hash_too(documents: Documents) -> None:
    text = operations()["viewer"]
    persisted = {"persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(text.encode()).hexdigest()}}
    assert documents.find(GraphQLRequest(extensions=persisted)).name == "Viewer"


def test_an_unknown_id_is_told_so(documents: Documents) -> None:
    with pytest.raises(RequestError) as refusal:
        documents.find(GraphQLRequest(document_id="nothing"))
    assert refusal.value.code is Code.OPERATION_NOT_FOUND


def test_a_text_is_never_replaced_by_a_registered_one(documents: Documents) -> None:
    asked = GraphQLRequest(query="query Own { __typename }", document_id="viewer")
    assert documents.find(asked).name == "Own"


def test_with_trusted_operations_alone_the_pages_still_work(tmp_path: Path) -> None:
    path = tmp_path / "trusted.json"
    path.write_bytes(orjson.dumps({"mine": "query Mine { __typename }"}))
    documents = Documents(build_schema()._schema, ServerSettings(trusted_documents=path))
    documents.register(operations())
    assert documents.find(GraphQLRequest(document_id="mine")).name == "Mine"
    assert documents.find(GraphQLRequest(document_id="viewer")).name == "Viewer"
    with pytest.raises(RequestError) as refusal:
        documents.find(GraphQLRequest(query="query Other { viewer { role } }"))
    assert refusal.value.status == 403
