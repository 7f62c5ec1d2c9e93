"""Converts Chinese numerals below ten thousand: 三千五百 is 3500. Amounts handle 万 and 亿."""

import re

_PLAIN = str.maketrans(
    "〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖两兩拾佰仟", "零零一二三四五六七八九一二三四五六七八九二二十百千"
)
_VALUES = {character: value for value, character in enumerate("零一二三四五六七八九")}
_RUN = re.compile(
    r"(?<![\d.,点])[零一二三四五六七八九十百千]*[零一二三四五六七八九十][零一二三四五六七八九十百千]*(?:点[零一二三四五六七八九]+)?"
)
_POSITIONS = re.compile(r"[零一二三四五六七八九]+")
_SECTION = re.compile(
    r"零?(?:(?P<thousands>[一二三四五六七八九])千)?(?:零?(?P<hundreds>[一二三四五六七八九])百)?"
    r"(?P<gap_tens>零)?(?:(?P<tens>[一二三四五六七八九]?)(?P<ten>十))?(?:(?P<gap>零)?(?P<ones>[一二三四五六七八九]))?"
)
_SHARED = re.compile(r"(?<![十百千万亿])[一二三四五六七八九](?:至|到|-|~|〜|–|—)[一二三四五六七八九][十百千]")


def with_digits(text: str) -> str:
    """Replace the Chinese numerals of `text` by digits. Raises ValueError for ambiguous numbers.

    Accepts 三千五百, 一千零五十, 十五, 二〇〇〇, 一点五 and bankers' forms such as 伍佰. Refuses approximate numerals
    (三五百, 五六千), numerals without their last unit (三百五), and ranges that share one (五到八百). A numeral that
    begins with 零 has its four digits: 一万零五百 is complete.
    """
    plain = text.translate(_PLAIN) if any(ord(character) in _PLAIN for character in text) else text
    if _SHARED.search(plain):
        raise ValueError("is ambiguous; write both ends in full, such as 500-800万元")
    return _RUN.sub(lambda run: _digits(run[0]), plain)


def _digits(run: str) -> str:
    whole, point, fraction = run.partition("点")
    decimals = "." + "".join(str(_VALUES[digit]) for digit in fraction) if point else ""
    if _POSITIONS.fullmatch(whole):
        if len(whole) in (2, 3) and "零" not in whole:
            raise ValueError(f"is approximate ({whole}); write an amount in digits, or a range such as 500-800万元")
        digits = "".join(str(_VALUES[digit]) for digit in whole)
        return (digits.zfill(4) if len(whole) == 2 and whole.startswith("零") else digits) + decimals
    section = _SECTION.fullmatch(whole)
    if section is None or _leaves_out_a_unit(section):
        raise ValueError(f"has an ambiguous numeral ({whole}); write it in digits, such as 350万元")
    tens = _VALUES[section["tens"]] if section["tens"] else 1 if section["ten"] else 0
    parts = [_VALUES[section[name]] if section[name] else 0 for name in ("thousands", "hundreds", "ones")]
    number = str(parts[0] * 1000 + parts[1] * 100 + tens * 10 + parts[2])
    return (number.zfill(4) if whole.startswith("零") else number) + decimals


def _leaves_out_a_unit(found: re.Match[str]) -> bool:
    """Return whether it may be short for something else: 三百五 for 350."""
    high = found["thousands"] or found["hundreds"]
    zero = found["gap"] or (found["gap_tens"] and not found["ten"])
    return bool(high and found["ones"] and not found["ten"] and not zero)
