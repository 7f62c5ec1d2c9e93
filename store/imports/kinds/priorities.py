"""Places' industry priorities."""

from store import enums, models
from store.imports.kinds.fields import (
    ALIASES,
    FICTIONAL,
    QUOTE,
    TRACK_HEADERS,
    choice,
    concepts,
    localized,
    organisation,
    partial_date,
    record_id,
    serial_number,
    tracks,
    weight,
    whole_number,
)
from store.imports.kinds.kind import Kind, Link
from store.imports.kinds.place_fields import location

PRIORITIES = Kind(
    "priorities",
    models.IndustryPriority,
    (
        record_id(),
        serial_number(),
        localized("name", "priority|industry|industry name|产业|产业名称|重点产业|名称|优先产业"),
        *location(),
        choice("tier", enums.PriorityTier, "class|层级|产业类别|类别|定位"),
        choice("action", enums.ChainAction, "chain action|产业链行动|行动|链条"),
        whole_number("ordinal", "order|rank|顺序|排序", -1_000_000),
        weight("weight", "importance|权重|优先级"),
        partial_date("valid_from", "from|since|生效时间|开始时间"),
        partial_date("valid_to", "to|until|失效时间|结束时间"),
        localized("description", "about|简介|说明|描述"),
        ALIASES,
        organisation("organisation", "organization|issued by|issuing body|发布单位|发文单位|发布机构"),
        tracks("tracks", TRACK_HEADERS),
        concepts("concepts", "categories|fields|field|领域|技术领域|细分领域"),
        QUOTE,
        FICTIONAL,
    ),
    required=("name", "place"),
    identity=("place", "name", "valid_from"),
    links={
        "tracks": Link(models.PriorityTrack, "priority_id", "track_id"),
        "concepts": Link(models.PriorityConcept, "priority_id", "concept_id"),
    },
    file_names=("priorities", "重点产业", "产业优先级", "产业"),
    place_column="place_id",
)
