"""The mapping file: the meaning of a file's columns. See docs/import.md."""

from fnmatch import fnmatch
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from store.imports.values.countries import parse_country
from store.imports.values.texts import is_empty
from store.values.localized import normalise_tag
from store.values.money import check_currency
from store.values.zoned_times import time_zone_key

IGNORE = "ignore"


class MappingError(ValueError):
    """The mapping file or the command's options can't be used; the message says what to change."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")

    language: str | None = Field(None, description="Language of texts, as a BCP 47 tag; by default that of the script.")
    currency: str | None = Field(None, description="Currency of amounts that name none (ISO 4217).")
    time_zone: str | None = Field(None, description="Time zone of times that name none, such as Asia/Shanghai.")

    @field_validator("language")
    @classmethod
    def _language(cls, value: str | None) -> str | None:
        return normalise_tag(value) if value else None

    @field_validator("currency")
    @classmethod
    def _currency(cls, value: str | None) -> str | None:
        return check_currency(value) if value else None

    @field_validator("time_zone")
    @classmethod
    def _time_zone(cls, value: str | None) -> str | None:
        return time_zone_key(value) if value else None


class ColumnSpec(_Part):
    """The meaning of one column."""

    field: str = Field(description="The field that it feeds, or `ignore`.")
    unit: str | None = Field(None, description="Unit of its amounts, such as 万元, where the header doesn't say.")
    country: str | None = Field(None, description="For places: the country of two-letter codes, such as US for CA.")
    separator: str | None = Field(None, description="The characters that separate the items of a list.")
    day_first: bool | None = Field(None, description="Whether 6/7/2024 is the sixth of July.")
    first_day_is_filler: bool = Field(
        False, description="Whether 1 January stands for its year, and the first of a month for the month."
    )
    values: dict[str, object] = Field(default_factory=dict, description="Meaning of certain cells; empty for nothing.")
    scheme: str | None = Field(None, description="Key of the scheme that its fields or industries belong to.")
    unknown: Literal["create", "queue", "error"] | None = Field(
        None,
        description="What to do with a field that the scheme lacks: create it, queue it, or report the row.",
    )

    @field_validator("country")
    @classmethod
    def _country(cls, value: str | None) -> str | None:
        return parse_country(value).code if value else None


class FilePart(_Part):
    """The settings of one file."""

    kind: str | None = Field(None, description="projects, talents, investors, investments, events, priorities, …")
    sheet: str | None = Field(None, description="The sheet of a workbook; by default the first.")
    encoding: str | None = Field(None, description="Encoding of a text file; detected by default.")
    delimiter: str | None = Field(None, description="Separator of cells in a text file; detected by default.")
    escape: str | None = Field(None, description="The character before a quote that is part of a cell, such as a \\.")
    columns: dict[str, str | ColumnSpec | list[str | ColumnSpec]] = Field(
        default_factory=dict, description="Header to field, `ignore`, a specification, or a list of these."
    )
    constants: dict[str, str] = Field(
        default_factory=dict, description="Field to the value of every row without its own."
    )
    other_columns: Literal["error", "ignore"] | None = Field(
        None, description="Unknown columns: an error (the default), or ignored."
    )


class MappingFile(FilePart):
    """A whole mapping file: settings for all files, and for some by name."""

    namespace: str | None = Field(None, description="Whose ids the files hold; makes an import repeatable.")
    files: dict[str, FilePart] = Field(
        default_factory=dict, description="File name or pattern to the settings that differ there."
    )

    def part(self, path: Path) -> FilePart:
        """Return the settings of the file `path`: those of the first matching pattern over the general ones."""
        common = FilePart(**{name: getattr(self, name) for name in FilePart.model_fields})
        for pattern, part in self.files.items():
            if fnmatch(path.name.casefold(), pattern.casefold()):
                own = {name: getattr(part, name) for name in part.model_fields_set}
                merged = {name: getattr(common, name) for name in FilePart.model_fields} | own
                merged["columns"] = common.columns | part.columns
                merged["constants"] = common.constants | part.constants
                return FilePart(**merged)
        return common


def read_mapping(path: Path | None) -> MappingFile:
    """Read the mapping file at `path`, or an empty one. Raises MappingError with the location and the remedy."""
    if path is None:
        return MappingFile()
    try:
        return parse_mapping(path.read_text(encoding="utf-8-sig"), str(path))
    except OSError as error:
        raise MappingError(f"{path} can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise MappingError(f"{path} can't be read; save it as UTF-8") from error


def parse_mapping(text: str, name: str) -> MappingFile:
    """Read the content of the mapping file `name`. Raises MappingError with the location and the remedy."""
    try:
        # Every scalar stays text, because cells are compared as texts.
        content = yaml.load(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        raise MappingError(f"{name} is not valid YAML: {error}") from error
    if not isinstance(content, dict):
        raise MappingError(f"{name} must be a mapping with 'columns', 'files' and so on; see docs/import.md")
    try:
        return MappingFile.model_validate(_without_empty(content))
    except ValidationError as error:
        lines = []
        for problem in error.errors():
            place = ".".join(str(part) for part in problem["loc"] if part not in ("str", "ColumnSpec"))
            lines.append(f"{place} = {problem['input']!r}: {problem['msg']}")
        raise MappingError(f"{name} can't be used:\n" + "\n".join(dict.fromkeys(lines))) from error


def _without_empty(value: object) -> object:
    """Drop empty settings; an empty column is ignored."""
    if isinstance(value, dict):
        return {
            key: (
                {header: _column(spec) for header, spec in item.items()} if key == "columns" else _without_empty(item)
            )
            for key, item in value.items()
            if not (isinstance(item, str) and item == "" and key not in ("values",))
        }
    return value


def _column(spec: object) -> object:
    return IGNORE if isinstance(spec, str) and is_empty(spec) else spec
