"""The tree of places: descendants, ancestors, and the check against cycles."""

from sqlalchemy import CTE, Select, inspect, literal, select
from sqlalchemy.orm import Session, aliased

from store.models import Place
from store.values.ids import prefix_of


class PlaceTreeError(ValueError):
    """A parent would create a cycle; the message says which place, and why."""


def within(*place_ids: str) -> Select[str]:
    """Return a SELECT of the ids of places and everything in them: `Project.origin_place_id.in_(within(…))`.

    An unknown id gives nothing. Archived places are part of the tree.
    """
    inside = select(Place.id).where(Place.id.in_(place_ids)).cte(recursive=True)
    child = aliased(Place)
    # UNION, not UNION ALL, terminates even in a cycle.
    inside = inside.union(select(child.id).join(inside, child.parent_id == inside.c.id))
    return select(inside.c.id)


def ancestors(place_id: str) -> Select[str]:
    """Return a SELECT of the ids of all places that contain a place, without itself."""
    above = _above(place_id)
    return select(above.c.id).where(above.c.id != place_id)


def path(session: Session, place_id: str) -> list[Place]:
    """Return the places from the root down to `place_id` itself; empty for an unknown id."""
    above = _above(place_id)
    places = {place.id: place for place in session.scalars(select(Place).where(Place.id.in_(select(above.c.id))))}
    result: list[Place] = []
    current = places.get(place_id)
    while current is not None and current not in result:
        result.append(current)
        current = places.get(current.parent_id) if current.parent_id else None
    return result[::-1]


def check_parent(session: Session, place_id: str, parent_id: str | None) -> None:
    """Raise PlaceTreeError if `parent_id` can't be the parent of `place_id`: unknown, itself, or inside it."""
    if parent_id is None:
        return
    if prefix_of(parent_id) != Place.prefix or session.get(Place, parent_id) is None:
        raise PlaceTreeError(f"parent: there is no place {parent_id!r}; give the id of a place ({Place.prefix}_…)")
    if parent_id == place_id or session.scalar(select(literal(True)).where(literal(parent_id).in_(within(place_id)))):
        raise _circle(place_id, parent_id)


def check_written(session: Session, _context: object = None) -> None:
    """Raise PlaceTreeError if a place that was just flushed lies in itself (a session's `after_flush`)."""
    for place in (*session.new, *session.dirty):
        if not isinstance(place, Place) or place.parent_id is None:
            continue
        if not inspect(place).attrs.parent_id.history.has_changes():
            continue
        below = within(place.id)
        parent = aliased(Place)
        circle = select(parent.id).where(parent.id == place.parent_id, parent.id.in_(below))
        if session.connection().execute(circle).first() is not None:
            raise _circle(place.id, place.parent_id)


def check_tree(session: Session) -> None:
    """Raise PlaceTreeError if any place lies in itself, for writers that bypass ORM objects."""
    above = select(Place.id, Place.parent_id).where(Place.parent_id.is_not(None)).cte(recursive=True)
    parent = aliased(Place)
    further = select(above.c.id, parent.parent_id).join(parent, parent.id == above.c.parent_id)
    above = above.union(further.where(parent.parent_id.is_not(None)))
    rows = session.execute(
        select(Place.id, Place.parent_id)
        .join(above, above.c.id == Place.id)
        .where(above.c.parent_id == Place.id)
        .order_by(Place.id)
    ).first()
    if rows is not None:
        raise _circle(rows.id, rows.parent_id)


def _above(place_id: str) -> CTE:
    above = select(Place.id, Place.parent_id).where(Place.id == place_id).cte(recursive=True)
    parent = aliased(Place)
    return above.union(select(parent.id, parent.parent_id).join(above, parent.id == above.c.parent_id))


def _circle(place_id: str, parent_id: str | None) -> PlaceTreeError:
    return PlaceTreeError(
        f"parent: {parent_id} can't be the parent of {place_id}, because it is that place or lies in it; "
        "choose a place outside it"
    )
