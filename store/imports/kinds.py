"""What can be imported: each kind with its fields and the headers that they are known by."""

from dataclasses import dataclass, field
from typing import Any

from store import enums, models
from store.imports.fields import (
    Field,
    amount,
    boolean,
    choice,
    choice_list,
    concepts,
    country_code,
    email,
    extra,
    language_list,
    localized,
    localized_list,
    location,
    organisation,
    organisations,
    partial_date,
    people,
    places,
    readiness,
    record_id,
    reference,
    text,
    text_list,
    tracks,
    website,
    weight,
    whole_number,
)
from store.models.base import Identified


@dataclass(frozen=True, slots=True)
class Link:
    """The table that a list field fills: `parent` is the record's column in it, `target` the other one's."""

    model: type[Identified]
    parent: str
    target: str
    constants: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record. Without an id, `identity` tells a record from another."""

    name: str
    model: type[Identified]
    fields: tuple[Field, ...]
    required: tuple[str, ...]
    identity: tuple[str, ...]
    links: dict[str, Link] = field(default_factory=dict)
    file_names: tuple[str, ...] = ()
    place_column: str | None = None
    defaults: dict[str, Any] = field(default_factory=dict)

    def field(self, name: str) -> Field | None:
        """The field called `name`."""
        return next((candidate for candidate in self.fields if candidate.name == name), None)


_CURRENCY = extra("currency", "币种|货币|currency code")
_FICTIONAL = boolean("fictional", "示例|虚构")
_QUOTE = text("quote", "原文|source text")
_ALIASES = text_list("aliases", "alias|other names|aka|别名|曾用名|简称")
_CONCEPT_HEADERS = (
    "category|industry|industries|sector|sectors|fields|field|categories|"
    "领域|行业|产业|技术领域|所属领域|所属行业|产业领域|行业领域"
)
_TRACK_HEADERS = "track|赛道|所属赛道|参赛赛道|报名赛道"

ORGANISATIONS = Kind(
    "organisations",
    models.Organisation,
    (
        record_id(),
        localized("name", "organisation|organization|company name|机构名称|单位名称|企业名称|公司名称|名称"),
        choice("type", enums.OrganisationType, "organisation type|类型|机构类型|单位类型"),
        *location(),
        localized("description", "about|简介|机构简介|单位简介|描述"),
        _ALIASES,
        partial_date("founded", "established|founded on|成立时间|成立日期"),
        text("registration_number", "统一社会信用代码|注册号", 80),
        website("website", "url|homepage|网址|网站|官网"),
        concepts("concepts", _CONCEPT_HEADERS),
        _FICTIONAL,
    ),
    required=("name",),
    identity=("name",),
    links={"concepts": Link(models.OrganisationConcept, "organisation_id", "concept_id")},
    file_names=("organisations", "organizations", "机构", "单位", "企业"),
    place_column="place_id",
    defaults={"type": enums.OrganisationType.OTHER},
)

TALENTS = Kind(
    "talents",
    models.Talent,
    (
        record_id(),
        localized("name", "full name|talent|person|姓名|人才姓名|名字"),
        choice_list("categories", enums.TalentCategory, "category|talent category|人才类别|人才类型|类别"),
        *location(),
        localized("description", "bio|biography|about|简介|个人简介|人才简介|介绍"),
        _ALIASES,
        organisation("organisation", "organization|company|employer|affiliation|单位|工作单位|所在单位|公司|机构"),
        localized("position", "title|job title|role|职务|职位|职称"),
        text("degree", "degree level|学历|学位|最高学历", 80),
        text("university", "school|alma mater|毕业院校|毕业学校|学校", 200),
        text("subject", "major|专业|所学专业", 200),
        boolean("studied_abroad", "overseas returnee|留学|是否留学|留学经历|海归"),
        boolean("willing_to_relocate", "relocate|愿意落户|是否愿意落户|愿意来华"),
        language_list("languages", "language|语言|语种"),
        country_code("nationality", "国籍"),
        email("email", "e-mail|mail|邮箱|电子邮箱|电子邮件"),
        concepts(
            "concepts", "skills|expertise|fields|research fields|industry|研究方向|专长|专业领域|技术领域|领域|行业"
        ),
        _FICTIONAL,
    ),
    required=("name",),
    identity=("name", "email", "organisation"),
    links={"concepts": Link(models.TalentConcept, "talent_id", "concept_id")},
    file_names=("talents", "people", "persons", "人才"),
    place_column="place_id",
)

INVESTORS = Kind(
    "investors",
    models.Investor,
    (
        record_id(),
        localized("name", "investor|investor name|fund|投资人|投资机构|机构名称|投资方|名称|基金名称"),
        choice("type", enums.InvestorType, "investor type|类型|机构类型|投资人类型"),
        *location(),
        localized("thesis", "investment thesis|focus|投资理念|投资方向|投资偏好"),
        localized("description", "about|简介|机构简介|介绍"),
        _ALIASES,
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
        _CURRENCY,
        boolean("active", "is active|活跃|是否活跃"),
        partial_date("active_as_of", "active since|last active|最近活跃"),
        whole_number("capacity", "list size|接收数量", 1, 10_000),
        organisation("organisation", "organization|firm|所属机构"),
        website("website", "url|homepage|网址|网站|官网"),
        boolean("verified", "已认证|是否认证"),
        tracks("tracks", _TRACK_HEADERS),
        concepts("concepts", f"投资领域|关注领域|投资行业|{_CONCEPT_HEADERS}"),
        concepts("excluded_concepts", "excluded industries|not interested in|排除行业|不投领域|排除领域"),
        places("places", "regions|geography|投资地区|投资区域|关注地区"),
        places("excluded_places", "excluded regions|排除地区"),
        _QUOTE,
        _FICTIONAL,
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

PROJECTS = Kind(
    "projects",
    models.Project,
    (
        record_id(),
        localized("name", "project|project name|title|company name|项目|项目名称|名称|企业名称"),
        choice("kind", enums.ProjectKind, "project kind|project type|项目类型|项目类别"),
        choice("status", enums.ProjectStatus, "状态|项目状态"),
        choice("visibility", enums.Visibility, "公开范围|可见范围|可见性"),
        localized("summary", "tagline|one liner|short description|一句话介绍|摘要|项目摘要|概述"),
        localized("description", "about|introduction|简介|项目简介|项目介绍|介绍|描述|项目描述"),
        localized("core_technology", "technology|核心技术|关键技术|技术优势"),
        text_list("keywords", "tags|关键词|标签"),
        _ALIASES,
        *location(),
        organisation(
            "organisation", "organization|company|firm|企业|公司|所属企业|公司名称|所在单位|申报单位|依托单位"
        ),
        people("founders", "founder|创始人|项目负责人|负责人|带头人"),
        people("team", "team members|members|团队|团队成员|核心成员|成员"),
        choice("technology_level", enums.TechnologyLevel, "技术水平|技术等级"),
        readiness("technology_readiness", "trl|readiness|technology readiness level|技术成熟度|成熟度"),
        choice("funding_stage", enums.FundingStage, "stage|round|funding round|融资阶段|融资轮次|轮次|阶段|投资轮次"),
        amount("ask", "funding sought|amount sought|asking|融资需求|融资额|融资金额|拟融资|拟融资额|融资额度|资金需求"),
        amount("ask_min", "minimum ask|最低融资额"),
        amount("ask_max", "maximum ask|最高融资额"),
        amount("raised", "total funding|total raised|funding raised|已融资|已融资额|累计融资|累计融资额"),
        _CURRENCY,
        partial_date("founded", "founded on|established|成立时间|成立日期|创立时间|创办时间"),
        website("website", "url|homepage|网址|网站|官网"),
        tracks("tracks", _TRACK_HEADERS),
        concepts("concepts", _CONCEPT_HEADERS),
        places(
            "landing_preferences", "preferred cities|landing places|意向落户地|意向落地城市|意向城市|拟落户地|落地意向"
        ),
        places("landed_place", "landed in|落地城市|落户地|已落地城市"),
        partial_date("landed", "landed on|落地时间|落户时间"),
        reference("edition", "editions", "event edition|届次|参加届次"),
        organisations("recommended_by", "recommender|recommendation|推荐单位|推荐机构|推荐人"),
        _QUOTE,
        _FICTIONAL,
    ),
    required=("name",),
    identity=("name",),
    links={
        "tracks": Link(models.ProjectTrack, "project_id", "track_id"),
        "concepts": Link(models.ProjectConcept, "project_id", "concept_id"),
        "landing_preferences": Link(models.LandingPreference, "project_id", "place_id"),
        "founders": Link(models.TeamMember, "project_id", "talent_id", {"founder": True}),
        "team": Link(models.TeamMember, "project_id", "talent_id", {"founder": False}),
        "recommended_by": Link(models.Recommendation, "project_id", "organisation_id"),
    },
    file_names=("projects", "companies", "startups", "项目", "企业"),
    place_column="origin_place_id",
)

EVENTS = Kind(
    "events",
    models.Event,
    (
        record_id(),
        localized("name", "event|event name|title|活动|活动名称|名称|赛事名称"),
        choice("type", enums.EventType, "event type|活动类型|类型|赛事类型"),
        choice("mode", enums.EventMode, "format|举办形式|形式|方式"),
        choice("status", enums.EventStatus, "状态|活动状态"),
        partial_date("starts", "start|start date|date|from|开始时间|开始日期|举办时间|日期|时间"),
        partial_date("ends", "end|end date|until|结束时间|结束日期"),
        localized("theme", "主题|活动主题"),
        localized_list("topics", "topic|议题|话题"),
        localized("venue", "hall|会场|举办场地|场地"),
        localized("description", "about|简介|活动简介|介绍"),
        _ALIASES,
        whole_number("ordinal", "order|顺序", -1_000_000),
        places("places", "place|location|city|where|地点|举办地|举办城市|城市"),
        concepts("concepts", _CONCEPT_HEADERS),
        organisations("host", "hosts|sponsor|主办|主办单位|主办方"),
        organisations("organiser", "organizer|organisers|organizers|承办|承办单位|承办方"),
        organisations("co_organiser", "co-organizer|协办|协办单位|协办方"),
        reference("parent", "events", "part of|parent event|所属活动|上级活动"),
        reference("edition", "editions", "event edition|届次"),
        _QUOTE,
        _FICTIONAL,
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

PRIORITIES = Kind(
    "priorities",
    models.IndustryPriority,
    (
        record_id(),
        localized("name", "priority|industry|industry name|产业|产业名称|重点产业|名称|优先产业"),
        *location(),
        choice("tier", enums.PriorityTier, "class|层级|产业类别|类别|定位"),
        choice("action", enums.ChainAction, "chain action|产业链行动|行动|链条"),
        whole_number("ordinal", "order|rank|顺序|排序", -1_000_000),
        weight("weight", "importance|权重|优先级"),
        partial_date("valid_from", "from|since|生效时间|开始时间"),
        partial_date("valid_to", "to|until|失效时间|结束时间"),
        localized("description", "about|简介|说明|描述"),
        _ALIASES,
        organisation("organisation", "organization|issued by|issuing body|发布单位|发文单位|发布机构"),
        tracks("tracks", _TRACK_HEADERS),
        concepts("concepts", "categories|fields|field|领域|技术领域|细分领域"),
        _QUOTE,
        _FICTIONAL,
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

INVESTMENTS = Kind(
    "investments",
    models.Investment,
    (
        record_id(),
        reference("investor", "investors", "investor id|investor name|fund|投资人|投资方|投资机构|投资人编号"),
        reference(
            "project",
            "projects",
            "project id|company|company id|startup|project name|项目|项目名称|被投企业|项目编号|公司",
        ),
        choice("stage", enums.FundingStage, "round|funding round|轮次|融资轮次|投资轮次|阶段"),
        amount("amount", "investment|invested amount|金额|投资金额|投资额|融资金额"),
        amount("stated_amount", "amount in other currency|折合金额|折算金额"),
        _CURRENCY,
        partial_date("invested", "date|invested on|investment date|日期|时间|投资时间|投资日期|融资时间"),
        boolean("lead", "lead investor|is lead|领投|是否领投"),
        _QUOTE,
        _FICTIONAL,
    ),
    required=("investor", "project"),
    identity=("investor", "project", "invested", "stage"),
    file_names=("investments", "deals", "portfolio", "投资", "投资事件", "融资事件"),
)

KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (ORGANISATIONS, TALENTS, INVESTORS, PROJECTS, EVENTS, PRIORITIES, INVESTMENTS)
}
"""In the order in which they are written: whoever is referred to comes first."""
