"""The words that other records are described by: concepts of schemes, tracks of programmes."""

from store import models
from store.imports.kinds.fields import (
    ALIASES,
    CONCEPT_HEADERS,
    FICTIONAL,
    QUOTE,
    boolean,
    concepts,
    localized,
    record_id,
    reference,
    serial_number,
    text,
    whole_number,
)
from store.imports.kinds.kind import Kind, Link

_DESCRIPTION = localized("description", "about|definition|scope|简介|说明|描述|定义|释义|范围")

CONCEPTS = Kind(
    "concepts",
    models.Concept,
    (
        record_id(),
        serial_number(),
        localized("name", "concept|label|industry|field|概念|名称|产业|产业名称|领域|领域名称|行业|行业名称"),
        reference("scheme", "schemes", "concept scheme|vocabulary|体系|分类体系|分类|词表"),
        text("notation", "code|编码|代码|分类代码", 120),
        _DESCRIPTION,
        ALIASES,
        reference("broader", "concepts", "parent|broader concept|上级|上位概念|上级领域|上级产业"),
        FICTIONAL,
    ),
    required=("name", "scheme", "notation"),
    identity=("scheme", "notation"),
    unique=("scheme", "notation"),
    file_names=("concepts", "概念", "领域", "产业分类", "行业分类"),
    alone=True,
)

TRACKS = Kind(
    "tracks",
    models.Track,
    (
        record_id(),
        serial_number(),
        localized("name", "track|track name|赛道|赛道名称|名称"),
        reference("programme", "programmes", "program|event series|活动|项目计划|赛事"),
        text("code", "track code|代码|赛道代码|编码", 80),
        _DESCRIPTION,
        ALIASES,
        whole_number("ordinal", "order|顺序|排序", -1_000_000),
        boolean("open_ended", "and others|是否开放"),
        concepts("concepts", CONCEPT_HEADERS),
        QUOTE,
        FICTIONAL,
    ),
    required=("name", "programme", "code"),
    identity=("programme", "code"),
    unique=("programme", "code"),
    links={"concepts": Link(models.TrackConcept, "track_id", "concept_id")},
    file_names=("tracks", "赛道"),
    alone=True,
)
