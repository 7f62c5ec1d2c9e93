"""Places: a tree of countries, provinces, cities, zones and informal regions."""

from sqlalchemy import Float, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from store.enums import PlaceType
from store.models.base import Base, Editable, Named
from store.values.column_types import enum_of


class Place(Named, Editable, Base):
    """A place: where projects come from and settle. Its governing body is an organisation."""

    __tablename__ = "place"
    prefix = "plc"

    type: Mapped[PlaceType] = mapped_column(enum_of(PlaceType), index=True)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("place.id"), index=True)
    code: Mapped[str | None] = mapped_column(String(20), index=True)
    """ISO 3166 or, in China, GB/T 2260."""
    country_code: Mapped[str | None] = mapped_column(String(2), index=True)
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
