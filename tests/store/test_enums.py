"""The closed vocabularies."""

from __future__ import annotations

import pytest

from store import enums
from store.access.actors import Actor
from store.enums import Described, Role

ENUMS = [
    kind
    for kind in vars(enums).values()
    if isinstance(kind, type) and issubclass(kind, Described) and kind is not Described
]


@pytest.mark.parametrize("kind", ENUMS, ids=lambda kind: kind.__name__)
def test_every_member_is_described_and_is_its_own_name(kind: type[Described]) -> None:
    assert kind.__doc__
    assert kind.__doc__ != Described.__doc__
    for member in kind:
        assert member.value == member.name == str(member)
        assert member.description.endswith((".", ")."))
        assert kind(member.value) is member
    assert len({member.description for member in kind}) == len(kind)


def test_only_staff_sees_everything() -> None:
    assert {role for role in Role if Actor(role).is_staff} == {Role.ORGANISER, Role.ADMIN}
    assert Actor.public() == Actor(Role.PUBLIC)
    assert Actor.system("import") == Actor(Role.ADMIN, name="import")
