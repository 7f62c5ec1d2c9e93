"""What places and organisations look for."""

from store import enums, models
from store.imports.kinds.fields import (
    ALIASES,
    CONCEPT_HEADERS,
    CURRENCY,
    FICTIONAL,
    QUOTE,
    amount,
    choice,
    concepts,
    localized,
    organisation,
    partial_date,
    readiness,
    record_id,
    serial_number,
    whole_number,
    zoned_time,
)
from store.imports.kinds.kind import Kind, Link
from store.imports.kinds.place_fields import location

NEEDS = Kind(
    "needs",
    models.MatchingNeed,
    (
        record_id(),
        serial_number(),
        localized("name", "need|title|需求|需求名称|需求标题|名称"),
        choice("kind", enums.NeedKind, "type|need type|类型|需求类型|需求类别"),
        *location(),
        localized("description", "about|details|简介|说明|描述|需求描述|需求说明|需求内容|具体需求"),
        ALIASES,
        organisation("organisation", "organization|company|单位|需求单位|需求方|企业|企业名称|发布单位"),
        whole_number("quantity", "数量|需求数量|需求人数", 1),
        amount("budget", "预算|预算金额|投入预算"),
        CURRENCY,
        choice("technology_level", enums.TechnologyLevel, "技术水平|技术等级"),
        readiness("technology_readiness", "trl|readiness|技术成熟度|成熟度"),
        partial_date("deadline", "until|due|due date|截止时间|截止日期"),
        zoned_time("deadline_time", "deadline with time|deadline and time|截止时刻"),
        concepts("concepts", CONCEPT_HEADERS),
        QUOTE,
        FICTIONAL,
    ),
    required=("name", "kind", "place"),
    identity=("place", "name"),
    links={"concepts": Link(models.NeedConcept, "need_id", "concept_id")},
    file_names=("needs", "需求", "技术需求", "人才需求"),
    place_column="place_id",
)
