"""Investors and their investments."""

from dataclasses import replace

from store import enums, models
from store.imports.kinds.fields import (
    ALIASES,
    CONCEPT_HEADERS,
    CURRENCY,
    FICTIONAL,
    QUOTE,
    TRACK_HEADERS,
    amount,
    boolean,
    choice,
    choice_list,
    concepts,
    localized,
    organisation,
    partial_date,
    record_id,
    reference,
    serial_number,
    tracks,
    website,
    whole_number,
)
from store.imports.kinds.kind import Kind, Link
from store.imports.kinds.place_fields import location, places

INVESTORS = Kind(
    "investors",
    models.Investor,
    (
        record_id(),
        serial_number(),
        localized("name", "investor|investor name|fund|投资人|投资机构|机构名称|投资方|名称|基金名称"),
        choice("type", enums.InvestorType, "investor type|类型|机构类型|投资人类型"),
        *location(),
        localized("thesis", "investment thesis|focus|投资理念|投资方向|投资偏好"),
        localized("description", "about|简介|机构简介|介绍"),
        ALIASES,
        choice_list(
            "stages", enums.FundingStage, "stage|preferred stages|investment stage|投资阶段|投资轮次|偏好阶段|轮次"
        ),
        choice_list("project_kinds", enums.ProjectKind, "project kind|项目类型"),
        amount(
            "cheque",
            "check size|cheque size|ticket|ticket size|investment size|单笔投资额|单笔投资金额|投资规模|投资额度",
        ),
        amount("cheque_min", "min cheque|minimum cheque|最低投资额|最小投资额"),
        amount("cheque_max", "max cheque|maximum cheque|最高投资额|最大投资额"),
        CURRENCY,
        boolean("active", "is active|活跃|是否活跃"),
        partial_date("active_as_of", "active since|last active|最近活跃"),
        whole_number("capacity", "list size|接收数量", 1, 10_000),
        organisation("organisation", "organization|firm|所属机构"),
        website("website", "url|homepage|网址|网站|官网"),
        boolean("verified", "已认证|是否认证"),
        tracks("tracks", TRACK_HEADERS),
        concepts("concepts", f"投资领域|关注领域|投资行业|{CONCEPT_HEADERS}"),
        concepts("excluded_concepts", "excluded industries|not interested in|排除行业|不投领域|排除领域"),
        places("places", "regions|geography|投资地区|投资区域|关注地区"),
        places("excluded_places", "excluded regions|排除地区"),
        QUOTE,
        FICTIONAL,
    ),
    required=("name",),
    identity=("name",),
    links={
        "tracks": Link(models.InvestorTrack, "investor_id", "track_id"),
        "concepts": Link(models.InvestorConcept, "investor_id", "concept_id", {"excluded": False}),
        "excluded_concepts": Link(models.InvestorConcept, "investor_id", "concept_id", {"excluded": True}),
        "places": Link(models.InvestorPlace, "investor_id", "place_id", {"excluded": False}),
        "excluded_places": Link(models.InvestorPlace, "investor_id", "place_id", {"excluded": True}),
    },
    file_names=("investors", "funds", "投资人", "投资机构", "投资方"),
    place_column="place_id",
)

INVESTMENTS = Kind(
    "investments",
    models.Investment,
    (
        record_id(),
        serial_number(),
        replace(
            reference("investor", "investors", "investor id|investor name|fund|投资人|投资方|投资机构|投资人编号"),
            unnamed=True,
        ),
        reference(
            "project",
            "projects",
            "project id|company|company id|startup|project name|项目|项目名称|被投企业|项目编号|公司",
        ),
        choice("stage", enums.FundingStage, "round|funding round|轮次|融资轮次|投资轮次|阶段"),
        amount("amount", "investment|invested amount|金额|投资金额|投资额|融资金额"),
        amount("stated_amount", "amount in other currency|折合金额|折算金额"),
        CURRENCY,
        partial_date("invested", "date|invested on|investment date|日期|时间|投资时间|投资日期|融资时间"),
        boolean("lead", "lead investor|is lead|领投|是否领投"),
        QUOTE,
        FICTIONAL,
    ),
    required=("investor", "project"),
    identity=("investor", "project", "invested", "stage"),
    file_names=("investments", "deals", "portfolio", "投资", "投资事件", "融资事件"),
)
