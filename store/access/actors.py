"""The actor on whose behalf a program reads or writes: a role, and the entity that it acts for."""

from dataclasses import dataclass

from store.enums import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """The actor on whose behalf data is read or written.

    `id` is the key's id; `subject_id` the entity acted for: an investor's `inv_…`, a planner's
    `plc_…`, a talent's `tal_…`; None for the other roles.
    """

    role: Role
    id: str | None = None
    subject_id: str | None = None
    name: str | None = None

    @classmethod
    def public(cls) -> "Actor":
        """Anyone, without a key."""
        return cls(Role.PUBLIC)

    @classmethod
    def system(cls, name: str) -> "Actor":
        """The system itself, such as an import or a migration; it may do everything."""
        return cls(Role.ADMIN, name=name)

    @property
    def is_staff(self) -> bool:
        """Organisers and administrators: the row rules let them see everything."""
        return self.role in (Role.ORGANISER, Role.ADMIN)
