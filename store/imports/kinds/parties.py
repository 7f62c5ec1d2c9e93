"""Organisations and talents."""

from store import enums, models
from store.imports.kinds.fields import (
    ALIASES,
    CONCEPT_HEADERS,
    FICTIONAL,
    boolean,
    choice,
    choice_list,
    concepts,
    email,
    language_list,
    localized,
    organisation,
    partial_date,
    person,
    record_id,
    serial_number,
    text,
    website,
)
from store.imports.kinds.kind import Kind, Link
from store.imports.kinds.place_fields import country_code, location

ORGANISATIONS = Kind(
    "organisations",
    models.Organisation,
    (
        record_id(),
        serial_number(),
        localized("name", "organisation|organization|company name|机构名称|单位名称|企业名称|公司名称|名称"),
        choice("type", enums.OrganisationType, "organisation type|类型|机构类型|单位类型"),
        *location(),
        localized("description", "about|简介|机构简介|单位简介|描述"),
        ALIASES,
        partial_date("founded", "established|founded on|成立时间|成立日期"),
        text("registration_number", "统一社会信用代码|注册号", 80),
        website("website", "url|homepage|网址|网站|官网"),
        concepts("concepts", CONCEPT_HEADERS),
        FICTIONAL,
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
        serial_number(),
        person("name", "full name|talent|person|姓名|人才姓名|名字"),
        choice_list("categories", enums.TalentCategory, "category|talent category|人才类别|人才类型|类别"),
        *location(),
        localized("description", "bio|biography|about|简介|个人简介|人才简介|介绍"),
        ALIASES,
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
            "concepts",
            "skills|skill|expertise|fields|research fields|industry|技能|技能标签|研究方向|专长|专业领域|技术领域|"
            "领域|行业",
        ),
        FICTIONAL,
    ),
    required=("name",),
    identity=("name", "email", "organisation"),
    links={"concepts": Link(models.TalentConcept, "talent_id", "concept_id")},
    file_names=("talents", "people", "persons", "人才"),
    place_column="place_id",
)
