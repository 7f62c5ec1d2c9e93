"""The actor on whose behalf a program reads or writes: its role, and the entity that it acts for."""

from dataclasses import dataclass

from store.enums import Role, ScopeKind


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role that an account holds in a scope now."""

    id: str
    """The membership's id; the talent's id if the account holds the role because it is that talent."""
    role: Role
    scope_kind: ScopeKind
    scope_id: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """The actor on whose behalf data is read or written.

    `id` is the key's or, in a browser's session, the account's id. `subject_id` is what the role's rules compare in
    SQL: an investor's `inv_…`, a planner's `plc_…`, a talent's `tal_…`; for a scoped organiser and in
    plugins' roles the account's `acc_…`, whose memberships name the scopes; None for all other roles.
    """

    role: Role
    id: str | None = None
    subject_id: str | None = None
    name: str | None = None
    account_id: str | None = None
    session_id: str | None = None
    """Id of the browser's session; None for a key."""
    held: HeldRole | None = None
    """The membership by which the actor acts."""
    memberships: tuple[HeldRole, ...] = ()
    """All roles that the account holds now."""

    @classmethod
    def public(cls) -> "Actor":
        """Return the public: anyone without credentials."""
        return cls(Role.PUBLIC)

    @classmethod
    def system(cls, name: str) -> "Actor":
        """Return the system itself, such as an import or a migration; it may do everything."""
        return cls(Role.ADMIN, name=name)

    @property
    def asker_id(self) -> str | None:
        """The membership by which an account acts, or the id of a service's key: what jobs belong to."""
        return self.held.id if self.held is not None else self.id

    @property
    def is_staff(self) -> bool:
        """Whether the actor is an organiser or administrator; the row rules let them see everything."""
        return self.role in (Role.ORGANISER, Role.ADMIN)
