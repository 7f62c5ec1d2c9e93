"""Fields and headers that several kinds have."""

from store.imports.kinds.fields import boolean, extra, text, text_list

CURRENCY = extra("currency", "币种|货币|currency code")
FICTIONAL = boolean("fictional", "示例|虚构")
QUOTE = text("quote", "原文|source text")
ALIASES = text_list("aliases", "alias|other names|aka|别名|曾用名|简称")
CONCEPT_HEADERS = (
    "category|industry|industries|sector|sectors|fields|field|categories|"
    "领域|行业|产业|技术领域|所属领域|所属行业|产业领域|行业领域"
)
TRACK_HEADERS = "track|赛道|所属赛道|参赛赛道|报名赛道"
