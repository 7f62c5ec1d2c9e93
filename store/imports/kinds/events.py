"""Events."""

from store import enums, models
from store.imports.kinds.fields import (
    ALIASES,
    CONCEPT_HEADERS,
    FICTIONAL,
    QUOTE,
    choice,
    concepts,
    localized,
    localized_list,
    organisations,
    partial_date,
    record_id,
    reference,
    serial_number,
    whole_number,
    zoned_time,
)
from store.imports.kinds.kind import Kind, Link
from store.imports.kinds.place_fields import places

EVENTS = Kind(
    "events",
    models.Event,
    (
        record_id(),
        serial_number(),
        localized("name", "event|event name|title|活动|活动名称|名称|赛事名称"),
        choice("type", enums.EventType, "event type|活动类型|类型|赛事类型"),
        choice("mode", enums.EventMode, "format|举办形式|形式|方式"),
        choice("status", enums.EventStatus, "状态|活动状态"),
        partial_date("starts", "start|start date|date|from|开始时间|开始日期|举办时间|日期|时间"),
        partial_date("ends", "end|end date|until|结束时间|结束日期"),
        zoned_time(
            "deadline", "application deadline|registration deadline|报名截止|报名截止时间|申报截止时间|截止时间"
        ),
        localized("theme", "主题|活动主题"),
        localized_list("topics", "topic|议题|话题"),
        localized("venue", "hall|会场|举办场地|场地"),
        localized("description", "about|简介|活动简介|介绍"),
        ALIASES,
        whole_number("ordinal", "order|顺序", -1_000_000),
        places("places", "place|location|city|where|地点|举办地|举办城市|城市"),
        concepts("concepts", CONCEPT_HEADERS),
        organisations("host", "hosts|sponsor|主办|主办单位|主办方"),
        organisations("organiser", "organizer|organisers|organizers|承办|承办单位|承办方"),
        organisations("co_organiser", "co-organizer|协办|协办单位|协办方"),
        reference("parent", "events", "part of|parent event|所属活动|上级活动"),
        reference("edition", "editions", "event edition|届次"),
        QUOTE,
        FICTIONAL,
    ),
    required=("name", "type"),
    identity=("name", "starts"),
    links={
        "places": Link(models.EventPlace, "event_id", "place_id"),
        "concepts": Link(models.EventConcept, "event_id", "concept_id"),
        "host": Link(models.EventOrganisation, "event_id", "organisation_id", {"role": enums.OrganisationRole.HOST}),
        "organiser": Link(
            models.EventOrganisation, "event_id", "organisation_id", {"role": enums.OrganisationRole.ORGANISER}
        ),
        "co_organiser": Link(
            models.EventOrganisation, "event_id", "organisation_id", {"role": enums.OrganisationRole.CO_ORGANISER}
        ),
    },
    file_names=("events", "活动", "赛事"),
)
