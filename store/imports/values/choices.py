"""Enums by value, by words, and by their Chinese names."""

import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from enum import Enum
from functools import cache, lru_cache
from typing import TypeVar

from store import enums
from store.imports.values.folding import folded
from store.imports.values.texts import text_of

Member = TypeVar("Member", bound=Enum)

SYNONYMS: dict[type[Enum], dict[str, str]] = {
    enums.FundingStage: {
        "IDEA": "idea stage|concept|概念阶段|创意阶段|想法|未融资",
        "PRE_SEED": "种子前|种子前轮",
        "SEED": "seed round|种子|种子轮",
        "ANGEL": "angel round|天使|天使轮|天使+轮",
        "PRE_A": "pre-a round|pre-a轮",
        "SERIES_A": "a|round a|a round|series a1|a+|a轮|a+轮|a1轮|A轮融资",
        "SERIES_B": "b|round b|b round|b+|b轮|b+轮|B轮融资",
        "SERIES_C": "c|round c|c round|c+|c轮|c+轮|C轮融资",
        "SERIES_D_PLUS": "d|series d|series e|series f|series g|late|late stage|d轮|e轮|f轮|d轮及以后|d轮以后|后期",
        "PRE_IPO": "拟上市|上市前|pre-ipo轮",
        "PUBLIC": "ipo|listed|post-ipo|上市|已上市|ipo上市|上市后|新三板",
        "STRATEGIC": "corporate round|corporate|strategic investment|战略投资|战略融资|战投",
        "GRANT": "grants|资助|政府资助|补助|无偿资助",
        "DEBT": "loan|debt financing|债权|债权融资|贷款",
    },
    enums.TechnologyLevel: {
        "INTERNATIONAL_LEADING": "international leading|world leading|国际领先|国际领先水平|国际一流",
        "INTERNATIONAL_ADVANCED": "international advanced|国际先进|国际先进水平",
        "DOMESTIC_LEADING": "national leading|国内领先|国内领先水平",
        "DOMESTIC_ADVANCED": "national advanced|国内先进|国内先进水平",
    },
    enums.ProjectKind: {
        "STARTUP": "start-up|start up|company|创业|创业项目|创业团队|初创企业|创业企业|企业",
        "TECHNOLOGY_RND": "r&d|rnd|research|research and development|技术研发|研发项目|科研项目|技术项目|成果转化",
        "PRODUCT": "product line|产品|产品项目",
        "PLATFORM": "平台|平台项目",
        "ACCELERATOR": "incubator|innovation centre|innovation center|加速器|孵化器|创新中心",
        "FUND": "基金|基金项目|产业基金",
        "STRATEGIC_COOPERATION": "cooperation|cooperation agreement|战略合作|合作|合作协议",
    },
    enums.ProjectStatus: {
        "DRAFT": "草稿|未发布",
        "PUBLISHED": "active|open|发布|已发布|公开|在库",
        "LANDED": "settled|落地|已落地|已签约落地",
        "WITHDRAWN": "retracted|撤回|已撤回|退出",
    },
    enums.Visibility: {
        "PUBLIC": "everyone|公开|所有人",
        "PARTICIPANTS": "members|参会者|参与者|登录用户",
        "INVESTORS": "investors only|投资人|投资机构|仅投资人",
        "ORGANISERS": "organizers|主办方|仅主办方|组织者",
        "OWNER": "private|本人|仅本人|私密",
    },
    enums.InvestorType: {
        "ANGEL": "angel investor|business angel|天使投资人|个人投资人|天使",
        "VENTURE_CAPITAL": "vc|venture|venture capital firm|风险投资|创投|创业投资|创投机构|风投",
        "PRIVATE_EQUITY": "pe|私募股权|私募|私募基金",
        "CORPORATE_VENTURE": "cvc|corporate|corporate investor|产业资本|企业创投|企业战投",
        "FAMILY_OFFICE": "家族办公室|家办",
        "GOVERNMENT_GUIDANCE_FUND": "guidance fund|government fund|政府引导基金|引导基金|母基金|国资",
        "ANGEL_FUND": "天使基金|天使投资基金",
        "INDUSTRY_FUND": "产业基金|产业投资基金",
        "ACCELERATOR": "incubator|加速器|孵化器",
        "BANK": "银行",
        "OTHER": "其他|其它",
    },
    enums.TalentCategory: {
        "ADVANCED_INNOVATION": "创新领军人才|高端创新人才|高层次创新人才|创新人才",
        "SCIENTIFIC_ENTREPRENEUR": "科技创业人才|科技企业家|创业领军人才|创业人才",
        "EXCELLENT_YOUNG": "young|优秀青年人才|青年人才|优青",
        "TOP_SCIENTIST": "academician|顶尖人才|顶尖科学家|院士",
    },
    enums.OrganisationType: {
        "ENTERPRISE": "company|enterprise|企业|公司",
        "UNIVERSITY": "college|高校|大学|院校|高等院校",
        "RESEARCH_INSTITUTE": "institute|research|研究所|研究院|科研院所|科研机构",
        "INVESTMENT_INSTITUTION": "investor|投资机构",
        "GOVERNMENT": "政府|政府部门|机关|管委会",
        "ASSOCIATION": "chamber|society|协会|商会|学会|联合会",
        "STATION": "workstation|工作站|海外工作站|联络处",
        "RECOMMENDATION_CHANNEL": "推荐机构|推荐渠道",
        "MEDIA": "publisher|媒体",
        "OTHER": "其他|其它",
    },
    enums.PlaceType: {
        "COUNTRY": "国家|国家和地区|国家或地区",
        "PROVINCE": "state|region|省|自治区|直辖市|州",
        "PREFECTURE_CITY": "city|市|城市|地级市",
        "COUNTY_LEVEL_CITY": "县级市",
        "DISTRICT": "county|区|县|区县",
        "DEVELOPMENT_ZONE": "zone|开发区|高新区|园区",
        "INFORMAL_REGION": "地区|区域",
    },
    enums.EventType: {
        "SUMMIT": "conference|congress|convention|峰会|大会|海创周|会议",
        "ENTREPRENEURSHIP_WEEK": "创业周|双创周",
        "ROADSHOW": "demo day|pitch|路演|项目路演",
        "SIGNING_CEREMONY": "signing|签约|签约仪式|集中签约",
        "CLOUD_SIGNING": "online signing|云签约|线上签约",
        "CLOUD_EXCHANGE": "online exchange|云交流|云洽谈",
        "FORUM": "panel|panel discussion|seminar|symposium|keynote|keynote speech|plenary|talk|lecture|论坛|"
        "主题演讲|主旨演讲|圆桌|圆桌论坛|研讨会|讲座|分享会|沙龙",
        "EXCHANGE_MEETING": "exchange|networking|reception|workshop|meetup|交流会|座谈会|对接会|酒会|工作坊",
        "EXHIBITION": "expo|展览|展会|博览会|展示",
        "PRODUCT_RELEASE": "产品发布|新品发布",
        "POLICY_RELEASE": "政策发布",
        "PROMOTION_MEETING": "promotion|推介会|宣讲会",
        "COMPETITION": "contest|大赛|竞赛|比赛",
        "REGISTRATION": "报名|征集",
        "PRELIMINARY_REVIEW": "preliminary|初评|初审|初赛",
        "DEFENCE": "defense|答辩|复赛",
        "FINAL": "finals|决赛|总决赛",
        "AWARD_CEREMONY": "awards|颁奖|颁奖典礼|颁奖仪式",
        "MATCHING_NEGOTIATION": "matching|negotiation|对接|洽谈|对接洽谈",
        "TRACKING": "follow-up|跟踪|跟踪服务",
        "INTERNSHIP": "实习",
        "OPENING_CEREMONY": "opening|开幕式|开幕",
        "UNVEILING": "揭牌|揭牌仪式",
        "OTHER": "break|coffee break|tea break|lunch|dinner|registration desk|check-in|"
        "茶歇|午餐|晚宴|休息|签到|其他|其它",
    },
    enums.EventMode: {
        "ONSITE": "on-site|offline|in person|线下|现场",
        "ONLINE": "virtual|remote|线上|在线|云上",
        "ONLINE_LIVE": "live|live stream|直播|线上直播",
        "HYBRID": "线上线下|线上线下结合|线上+线下|混合",
    },
    enums.EventStatus: {
        "PLANNED": "announced|upcoming|计划|拟举办|未开始|筹备中",
        "HELD": "past|done|finished|已举办|已结束",
        "CANCELLED": "canceled|取消|已取消",
    },
    enums.OrganisationRole: {
        "HOST": "主办|主办方|主办单位",
        "ORGANISER": "organizer|承办|承办方|承办单位",
        "CO_ORGANISER": "co-organizer|协办|协办方|协办单位",
        "GUIDING_UNIT": "guidance|指导|指导单位",
        "IMPLEMENTER": "执行|执行单位",
        "SUPPORTER": "sponsor|支持|支持单位",
        "RECOMMENDATION_CHANNEL": "推荐单位|推荐机构",
        "VENUE": "场地方",
        "PARTICIPANT": "参加单位|参与单位",
        "SIGNATORY": "签约方",
        "PUBLISHER": "发布单位",
    },
    enums.PriorityTier: {
        "PILLAR": "主导产业|支柱产业|支柱|主导",
        "EMERGING": "新兴产业|新兴|战略性新兴产业",
        "FUTURE": "未来产业|未来",
        "TRADITIONAL": "传统产业|传统",
    },
    enums.ChainAction: {
        "STRENGTHEN": "强链",
        "COMPLEMENT": "补链",
        "EXTEND": "延链",
        "BUILD": "建链",
    },
    enums.NeedKind: {
        "TECHNOLOGY": "technical|technologies|技术|技术需求|技术攻关",
        "TALENT": "talents|people|staff|人才|人才需求|招聘",
        "PROJECT": "projects|项目|项目需求|招商|招商项目",
        "CAPITAL": "funding|finance|资金|资金需求|融资|融资需求",
        "COOPERATION": "partnership|partners|合作|合作需求",
    },
    enums.SupportClass: {
        "GRANT": "grants|funding|资助|无偿资助|创业资助|启动资金|补助|奖励",
        "TALENT_SUBSIDY": "talent subsidies|allowance|人才补贴|生活补贴|安家费|人才奖励",
        "TAX": "taxes|tax relief|税收|税收优惠|税收减免",
        "SPACE": "office|offices|premises|rent|场地|办公场地|场租|场地支持|房租减免",
        "HOUSING": "flat|flats|apartment|住房|住房补贴|人才公寓|购房补贴",
        "LOAN": "loans|interest|guarantee|贷款|贷款贴息|融资担保|贴息",
        "EQUITY": "equity investment|fund|股权投资|股权支持|基金支持",
        "SERVICE": "services|服务|配套服务",
        "OTHER": "others|其他",
    },
}
"""Other spellings of an enum's values, separated by |."""


@cache
def spellings(kind: type[Enum]) -> dict[str, Enum]:
    """Return every spelling of every member of `kind`, folded."""
    known: dict[str, Enum] = {}
    for member in kind:
        written = [str(member.value), member.name, getattr(member, "description", "").rstrip(".")]
        written += SYNONYMS.get(kind, {}).get(str(member.value), "").split("|")
        for text in written:
            if text:
                known.setdefault(_folded(text), member)
    return known


@lru_cache(maxsize=10_000)
def _folded(text: str) -> str:
    return folded(text.replace("+", "plus"))


_ROUND = re.compile(
    r"(?:series|round)?(?P<pre>pre)?-?(?:series)?-?(?P<letter>[a-h])-?(?:\d|\++|plus)?(?:轮|round|series)?(?:\++|\d)?(?:融资)?"
)
_NAMED_ROUND = re.compile(
    r"(?:series)?(?P<name>种子|天使|seed|angel)-?(?:\d|\++|plus)?(?:轮|round)?(?:\++|\d)?(?:融资)?"
)


def _stage(text: str) -> enums.FundingStage | None:
    """Return the stage of a round such as Pre-A+轮, A1轮, `Series B-2` or 天使+轮; rounds before B belong to A."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = re.sub(r"[\s.·_]", "", plain)
    if match := _NAMED_ROUND.fullmatch(plain):
        return enums.FundingStage.SEED if match["name"] in ("种子", "seed") else enums.FundingStage.ANGEL
    if not (match := _ROUND.fullmatch(plain)):
        return None
    letters = "abcd"
    place = min(letters.find(match["letter"]) if match["letter"] in letters else 3, 3) - bool(
        match["pre"] and match["letter"] <= "d"
    )
    stages = (
        enums.FundingStage.SERIES_A, enums.FundingStage.SERIES_B, enums.FundingStage.SERIES_C,
        enums.FundingStage.SERIES_D_PLUS,
    )  # fmt: skip
    return stages[place] if place >= 0 else enums.FundingStage.PRE_A


def parse_choice(kind: type[Member], value: object) -> Member:
    """Return the member that `value` names; raises ValueError that lists what is allowed."""
    text = text_of(value)
    choice = spellings(kind).get(_folded(text))
    if choice is None and kind is enums.FundingStage:
        choice = _stage(text)
    if choice is None:
        allowed = ", ".join(str(member.value) for member in kind)
        raise ValueError(
            f"is not one of {allowed}; write one of them (Chinese names work too), or map it under 'values'"
        )
    assert isinstance(choice, kind)
    return choice


_UP_TO = re.compile(r"\s*(?:[-–—~～]|至|到|\bto\b)\s*", re.IGNORECASE)


def parse_choices(kind: type[Enum], value: object) -> Sequence[Enum]:
    """As `parse_choice`, for one item of a list: several with slashes, or stages from one to another (A轮-C轮)."""
    try:
        return [parse_choice(kind, value)]
    except ValueError:
        text = text_of(value)
        if kind is enums.FundingStage and (stages := _stages_between(text)):
            return stages
        parts = [part for part in re.split(r"[/／]", text) if part.strip()]
        if len(parts) < 2:
            raise
        return [parse_choice(kind, part) for part in parts]


def _stages_between(text: str) -> list[enums.FundingStage]:
    """Return the stages of a range such as `A轮-C轮`; none if it is no range, or its stages have no order."""
    members = list(enums.FundingStage)
    for between in _UP_TO.finditer(text):  # Pre-A-B has two
        with suppress(ValueError):
            first = members.index(parse_choice(enums.FundingStage, text[: between.start()]))
            last = members.index(parse_choice(enums.FundingStage, text[between.end() :]))
            if first < last <= members.index(enums.FundingStage.PRE_IPO):
                return members[first : last + 1]
    return []
