"""Projects."""

from store import enums, models
from store.imports.kinds.fields import (
    amount,
    awards,
    choice,
    concepts,
    localized,
    organisation,
    organisations,
    partial_date,
    people,
    readiness,
    record_id,
    reference,
    serial_number,
    text_list,
    tracks,
    website,
)
from store.imports.kinds.kind import Kind, Link
from store.imports.kinds.place_fields import location, places
from store.imports.kinds.shared import ALIASES, CONCEPT_HEADERS, CURRENCY, FICTIONAL, QUOTE, TRACK_HEADERS

PROJECTS = Kind(
    "projects",
    models.Project,
    (
        record_id(),
        serial_number(),
        localized("name", "project|project name|title|company name|startup name|项目|项目名称|名称|企业名称"),
        choice("kind", enums.ProjectKind, "project kind|project type|项目类型|项目类别"),
        choice("status", enums.ProjectStatus, "状态|项目状态"),
        choice("visibility", enums.Visibility, "公开范围|可见范围|可见性"),
        localized("summary", "tagline|one liner|short description|一句话介绍|摘要|项目摘要|概述"),
        localized("description", "about|introduction|简介|项目简介|项目介绍|介绍|描述|项目描述"),
        localized("core_technology", "technology|核心技术|关键技术|技术优势"),
        text_list("keywords", "tags|关键词|标签"),
        ALIASES,
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
        CURRENCY,
        partial_date("founded", "founded on|established|成立时间|成立日期|创立时间|创办时间"),
        website("website", "url|homepage|网址|网站|官网"),
        tracks("tracks", TRACK_HEADERS),
        concepts("concepts", CONCEPT_HEADERS),
        places(
            "landing_preferences", "preferred cities|landing places|意向落户地|意向落地城市|意向城市|拟落户地|落地意向"
        ),
        places("landed_place", "landed in|落地城市|落户地|已落地城市"),
        partial_date("landed", "landed on|落地时间|落户时间"),
        awards("awards", "award|prize|prizes|获奖等级|奖项|获奖情况|获奖|所获奖项|奖次"),
        reference("edition", "editions", "event edition|届次|参加届次"),
        organisations("recommended_by", "recommender|recommendation|推荐单位|推荐机构|推荐人"),
        QUOTE,
        FICTIONAL,
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
    instead=dict.fromkeys(("company name", "startup name", "企业名称"), "organisation"),
)
