"""Builds the columns and links of a record, and creates the organisations, persons and places it needs."""

from dataclasses import dataclass, field
from typing import Any

from store import models
from store.bulk import BulkWriter
from store.documents.vocabulary import MONEY
from store.enums import OrganisationType
from store.imports.kinds.field import Field, Role
from store.imports.records.clearing import cleared_columns
from store.imports.records.record import Record
from store.imports.resolving.concepts import Concepts, Tracks
from store.imports.resolving.keys import Keys, short
from store.imports.resolving.people import People
from store.imports.resolving.places import PlaceMaker
from store.imports.resolving.references import References
from store.imports.values.folding import folded
from store.imports.values.scripts import language_in
from store.models.base import Identified

_MADE_AS = {"projects": OrganisationType.ENTERPRISE, "investors": OrganisationType.INVESTMENT_INSTITUTION}


@dataclass(slots=True)
class Built:
    """A record in the form of the store."""

    columns: dict[str, Any] = field(default_factory=dict)
    links: dict[str, dict[str, dict[str, object]]] = field(default_factory=dict)
    """List name to id of the other record to the link's own columns."""
    terms: list[str] = field(default_factory=list)
    """Fields that no scheme knows, to be queued."""
    late: list[tuple[str, str, str]] = field(default_factory=list)
    """Column, kind and text of references to records not yet written."""
    extending: dict[type[Identified], "Built"] = field(default_factory=dict)
    """What plugins' tables hold of the record."""
    cleared: dict[str, list[str]] = field(default_factory=dict)
    """Columns to clear before any are set; for a multilingual text only these languages, if given."""
    awards: list[dict[str, str]] = field(default_factory=list)
    """Titles of awards."""
    position: dict[str, object] | None = None
    """For a talent: the office stated in the row."""

    def of(self, field: Field) -> "Built":
        """Return what is built of the table that holds a field."""
        return self if field.extension is None else self.extending.setdefault(field.extension, Built())


class Builder:
    """Builds records within one write transaction."""

    def __init__(
        self,
        namespace: str,
        keys: Keys,
        writer: BulkWriter,
        places: PlaceMaker,
        concepts: Concepts,
        tracks: Tracks,
        references: References,
        people: People,
    ) -> None:
        self.namespace = namespace
        self.keys = keys
        self.writer = writer
        self.places = places
        self.concepts = concepts
        self.tracks = tracks
        self.references = references
        self.people = people

    def build(self, record: Record) -> Built:
        """Build `record`. Raises ValueError for what the check would have refused."""
        built = Built()
        for role_field in record.kind.fields:
            name = role_field.name
            if name in record.cleared:
                self._clear(record, built, role_field)
            value = record.values.get(name)
            if value is None:
                continue
            match role_field.role:
                case Role.COLUMN | Role.LOCALIZED | Role.LOCALIZED_LIST | Role.LIST | Role.DATE:
                    built.of(role_field).columns[name] = value
                case Role.AMOUNT:
                    self._amount(record, built, name)
                case Role.REFERENCE:
                    identifier = self.references.find(role_field.target, value)[0]
                    built.columns[f"{name}_id"] = identifier
                    if identifier is None:
                        built.late.append((f"{name}_id", role_field.target, value))
                case Role.ORGANISATION:
                    built.columns["organisation_id"] = self._organisation(record, name, value)
                case Role.ORGANISATIONS:
                    built.links[name] = {self._organisation(record, name, text): {} for text in value}
                case Role.PLACES:
                    language = record.languages.get(name)
                    place_ids = [self.places.find((text, "", "", ""), language) for text in value]
                    self._places(built, name, [identifier for identifier in place_ids if identifier])
                case Role.CONCEPTS:
                    self._concepts(record, built, name, value)
                case Role.TRACKS:
                    built.links[name] = {self.tracks.find(text): {} for text in value}
                case Role.PEOPLE:
                    built.links[name] = self._people(record, name, value)
                case Role.AWARDS:
                    language = record.languages.get(name)
                    built.awards += [{language_in(text, language): text} for text in value]
        if (
            record.kind.place_column
            and (place := self.places.find(record.location, record.languages.get("place"))) is not None
        ):
            built.columns[record.kind.place_column] = place
        if record.kind.model is models.Talent:
            self._talent(built)
        return built

    def _clear(self, record: Record, built: Built, emptied: Field) -> None:
        if emptied.name in record.kind.links:
            built.links[emptied.name] = {}
            return
        for name, empty in cleared_columns(record.kind, emptied).items():
            aim = built.of(emptied)
            aim.cleared[name] = record.cleared[emptied.name]
            if not aim.cleared[name]:
                aim.columns[name] = empty

    def _amount(self, record: Record, built: Built, name: str) -> None:
        sets = MONEY[record.kind.model][name]
        amount = record.values[name]
        built.columns[sets.lowest] = amount.lowest
        if sets.highest is not None:
            built.columns[sets.highest] = amount.highest
        built.columns[sets.currency] = amount.currency

    def _places(self, built: Built, name: str, found: list[str]) -> None:
        if name == "landed_place":
            built.columns["landed_place_id"] = found[0] if found else None
        else:
            built.links[name] = {identifier: {} for identifier in found}

    def _concepts(self, record: Record, built: Built, name: str, terms: list[Any]) -> None:
        links = built.links.setdefault(name, {})
        for term in terms:
            identifier = self.concepts.find(tuple(term), record.languages.get(name))
            if identifier is not None:
                links[identifier] = {}
            elif term[1] not in built.terms:
                built.terms.append(term[1])

    def _organisation(self, record: Record, field_name: str, text: str) -> str:
        identifier, key = self.references.find("organisations", text)
        if identifier is not None:
            return identifier
        key = key or short(f"by-name/{folded(text)}")
        if (known := self.keys.find("organisation", self.namespace, key)) is not None:
            return known
        kind = _MADE_AS.get(record.kind.name, OrganisationType.OTHER)
        name = {language_in(text, record.languages.get(field_name)): text}
        identifier = self.writer.create(models.Organisation, {"name": name, "type": kind})
        self.keys.add("organisation", self.namespace, key, identifier)
        return identifier

    def _people(self, record: Record, field_name: str, texts: list[str]) -> dict[str, dict[str, object]]:
        """Build a project's team; new persons are created for the project, because a bare name identifies nobody
        elsewhere."""
        team: dict[str, dict[str, object]] = {}
        language = record.languages.get(field_name)
        for text in texts:
            person = self.people.find(record.keys, text, language)
            if person is None:  # erased
                continue
            identifier = person.known
            if identifier is None:
                name = {language_in(person.name, language): person.name}
                identifier = self.writer.create(models.Talent, {"name": name})
                self.keys.add("talent", self.namespace, person.key, identifier)
            team[identifier] = person.title
        return team

    def _talent(self, built: Built) -> None:
        """Build a talent's row, whose office and degree are in separate columns."""
        organisation, title = built.columns.pop("organisation_id", None), built.columns.pop("position", None)
        if organisation or title:
            built.position = {"organisation_id": organisation, "title": title or {}}
        parts = {"level": "degree", "subject": "subject", "institution": "university"}
        degree = {name: built.columns.pop(column) for name, column in parts.items() if built.columns.get(column)}
        if degree:
            built.columns["degrees"] = [degree]
