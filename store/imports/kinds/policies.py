"""Places' policies, and the support that they offer."""

from store import enums, models
from store.imports.kinds.fields import (
    ALIASES,
    CONCEPT_HEADERS,
    CURRENCY,
    FICTIONAL,
    QUOTE,
    TRACK_HEADERS,
    amount,
    choice,
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
from store.imports.kinds.place_fields import location

POLICIES = Kind(
    "policies",
    models.Policy,
    (
        record_id(),
        serial_number(),
        localized("name", "policy|policy name|title|政策|政策名称|文件名称|名称"),
        *location(),
        localized("description", "about|summary|简介|说明|描述|政策内容"),
        localized("eligibility", "who|eligible|requirements|适用对象|申请条件|申报条件|支持对象"),
        ALIASES,
        organisation("organisation", "organization|issued by|issuing body|发布单位|发文单位|发布机构"),
        partial_date("valid_from", "from|since|生效时间|生效日期|开始时间|实施日期"),
        partial_date("valid_to", "to|until|失效时间|有效期至|结束时间|截止日期"),
        website("website", "url|link|网址|链接|政策链接"),
        tracks("tracks", TRACK_HEADERS),
        concepts("concepts", CONCEPT_HEADERS),
        QUOTE,
        FICTIONAL,
    ),
    required=("name", "place"),
    identity=("place", "name", "valid_from"),
    links={
        "tracks": Link(models.PolicyTrack, "policy_id", "track_id"),
        "concepts": Link(models.PolicyConcept, "policy_id", "concept_id"),
    },
    file_names=("policies", "政策", "扶持政策", "人才政策"),
    place_column="place_id",
)

SUPPORTS = Kind(
    "policy-supports",
    models.PolicySupport,
    (
        record_id(),
        serial_number(),
        reference("policy", "policies", "policy id|policy name|政策|政策名称|政策编号"),
        choice("support_class", enums.SupportClass, "class|kind|type|support|支持类别|支持方式|类别"),
        localized("label", "name|title|grade|名称|等级|档次"),
        amount("value", "amount|sum|金额|资助金额|支持金额|补贴金额|资助标准"),
        CURRENCY,
        localized("eligibility", "who|eligible|requirements|适用对象|申请条件|申报条件|支持对象"),
        localized("conditions", "terms|payment|支持内容|发放方式|兑现方式|说明"),
        whole_number("ordinal", "order|顺序|排序", 0),
        QUOTE,
        FICTIONAL,
    ),
    required=("policy", "support_class"),
    identity=("policy", "support_class", "label"),
    file_names=("policy-supports", "policy_supports", "supports", "政策支持", "支持标准"),
)
