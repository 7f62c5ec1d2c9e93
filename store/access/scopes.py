"""Scopes: the roles that can be held in each, and the entities that they are."""

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from store.enums import Role, ScopeKind
from store.models import ENTITIES, Editable
from store.values.ids import prefix_of

SCOPES: dict[Role, tuple[ScopeKind, ...]] = {
    Role.ADMIN: (ScopeKind.INSTALLATION,),
    Role.ORGANISER: (ScopeKind.INSTALLATION, ScopeKind.PROGRAMME, ScopeKind.SERIES, ScopeKind.EDITION),
    Role.REVIEWER: (
        ScopeKind.INSTALLATION, ScopeKind.PROGRAMME, ScopeKind.SERIES, ScopeKind.EDITION, ScopeKind.TRACK,
    ),
    Role.PLANNER: (ScopeKind.PLACE,),
    Role.INVESTOR: (ScopeKind.INVESTOR,),
    Role.TALENT: (ScopeKind.TALENT, ScopeKind.PROJECT, ScopeKind.ORGANISATION),
}  # fmt: skip
"""The roles that an account can hold, the most powerful first, and the kinds of scope for each."""
SCOPE_PREFIXES = {
    ScopeKind.PROGRAMME: "prg",
    ScopeKind.SERIES: "ser",
    ScopeKind.EDITION: "edn",
    ScopeKind.TRACK: "trk",
    ScopeKind.PLACE: "plc",
    ScopeKind.INVESTOR: "inv",
    ScopeKind.TALENT: "tal",
    ScopeKind.PROJECT: "prj",
    ScopeKind.ORGANISATION: "org",
}
"""Prefix of the ids in each kind of scope; the installation has no id."""
SUBJECT_SCOPES = {Role.INVESTOR: ScopeKind.INVESTOR, Role.PLANNER: ScopeKind.PLACE, Role.TALENT: ScopeKind.TALENT}
"""The roles that act for one entity, and the kind of entity that a service's key acts for in them."""
CORE_ROLES = frozenset(Role)


def add_roles(scopes: Mapping[str, str], roles: Mapping[str, Iterable[str]]) -> None:
    """Make plugins' scopes (each with its prefix of ids) and roles (each with its scopes) known to this process.

    Raises ValueError for a prefix that is another scope's.
    """
    taken = {prefix: kind for kind, prefix in SCOPE_PREFIXES.items()}
    for name, prefix in scopes.items():
        if taken.get(prefix, name) != name:
            raise ValueError(f"the scope {name} is {taken[prefix]}, which exists already: use that one")
    SCOPE_PREFIXES.update({ScopeKind.named(name): prefix for name, prefix in scopes.items()})
    SCOPES.update({Role.named(name): tuple(map(ScopeKind.named, kinds)) for name, kinds in roles.items()})


def plugin_roles() -> frozenset[Role]:
    """Return the roles that running plugins declare; only accounts hold them."""
    return frozenset(SCOPES) - CORE_ROLES


def known_roles() -> frozenset[Role]:
    """Return all roles: core's and those of running plugins."""
    return CORE_ROLES.union(SCOPES)


class AccessError(ValueError):
    """An account or a key can't be as asked. The message says why and what is allowed; `field` names the argument."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


def scope_problem(session: Session, kind: ScopeKind, scope_id: str | None) -> str | None:
    """Say what is wrong with the id of a scope; return None if it names an entity that isn't archived."""
    prefix, noun = SCOPE_PREFIXES.get(kind), kind.lower()
    if prefix is None:
        return None if scope_id is None else f"{kind} has no id; leave out {scope_id!r}."
    if scope_id is None:
        return f"Name the {noun} ({prefix}_…)."
    if prefix_of(scope_id) != prefix:
        return f"The id of the {noun} begins with {prefix}_; {scope_id!r} doesn't."
    entity = session.get(ENTITIES[prefix], scope_id)
    if entity is None or (isinstance(entity, Editable) and entity.archived_at is not None):
        return f"There is no {noun} {scope_id!r}, or it is archived."
    return None
