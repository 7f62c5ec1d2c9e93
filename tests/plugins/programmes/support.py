"""Load the three programmes through the host, and look records up by their keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.assembly.core_contributions import CoreData
from api.assembly.data import load_data
from plugins.host.host import Host
from store import models
from store.database import Database
from store.models.base import Identified
from store.models.system import ExternalId

ROOT = Path(__file__).parents[3]
PROGRAMMES = ("chinaocs", "kunshan", "cotiec")

Entity = TypeVar("Entity", bound=Identified)


def host_with(names: Iterable[str]) -> Host:
    """A host with core's data and these of the shipped plugins, and no other."""
    return Host.load(core=[CoreData()], plugins=[import_module(f"plugins.{name}") for name in names])


def load_programmes(database: Database, names: Sequence[str] = PROGRAMMES) -> None:
    """Load core's reference data, then what each plugin declares, in the plugins' order."""
    for _ in load_data(database, host_with(names), {"reference"}):
        pass


def find(session: Session, model: type[Entity], key: str) -> Entity:
    """The record with this key, `namespace:value`."""
    namespace, value = key.split(":", 1)
    found = session.scalars(
        select(model)
        .join(ExternalId, ExternalId.entity_id == model.id)
        .where(
            ExternalId.entity_type == model.__tablename__,  # type: ignore[attr-defined]
            ExternalId.namespace == namespace,
            ExternalId.value == value,
        )
    ).one_or_none()
    assert found is not None, f"{model.__name__} {key} is not there"
    return found


def keys_of(session: Session, model: type[Identified]) -> dict[str, str]:
    """Key by id, of every record of a model that a document brought."""
    rows = session.scalars(
        select(ExternalId).where(ExternalId.entity_type == model.__tablename__)  # type: ignore[attr-defined]
    )
    return {row.entity_id: f"{row.namespace}:{row.value}" for row in rows}


def claims(session: Session, subject: Identified, measure: str) -> list[models.StatisticalClaim]:
    """The claims of one measure about one entity."""
    claim = models.StatisticalClaim
    of_subject = select(claim).where(claim.subject_id == subject.id, claim.measure == measure)
    return list(session.scalars(of_subject.order_by(claim.id)))


def parts(session: Session, whole: models.StatisticalClaim) -> list[models.StatisticalClaim]:
    """The claims that break a total down."""
    claim = models.StatisticalClaim
    return list(session.scalars(select(claim).where(claim.whole_id == whole.id).order_by(claim.id)))


@dataclass(frozen=True)
class Total:
    """A total and its parts."""

    whole: models.StatisticalClaim
    parts: list[models.StatisticalClaim]

    @property
    def stated(self) -> Decimal:
        """What the parts add up to."""
        return sum((part.value for part in self.parts if part.value is not None), Decimal(0))


def total(session: Session, key: str) -> Total:
    """The claim with this key, and its parts."""
    whole = find(session, models.StatisticalClaim, key)
    return Total(whole, parts(session, whole))


def ids(rows: Iterable[Any]) -> set[str]:
    """The ids of some records."""
    return {row.id for row in rows}
