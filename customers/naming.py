"""How a name is compared: however it was typed, pasted or read from a file, the same name has the same key. Pure."""

import re
import unicodedata
from functools import lru_cache

from gridbank.visible import without_invisible

# Radicals that files write for the characters they look like. Unicode's own normal form leaves them alone.
_RADICALS = str.maketrans({
    "⺠": "民", "⻁": "虎", "⻄": "西", "⻅": "见", "⻆": "角", "⻉": "贝", "⻋": "车", "⻓": "长", "⻔": "门", "⻘": "青",
    "⻙": "韦", "⻚": "页", "⻛": "风", "⻜": "飞", "⻝": "食", "⻢": "马", "⻣": "骨", "⻥": "鱼", "⻦": "鸟", "⻧": "卤",
    "⻨": "麦", "⻩": "黄", "⻬": "齐", "⻮": "齿", "⻰": "龙", "⻳": "龟", "⺟": "母", "⻤": "鬼",
})  # fmt: skip
_DOTS = re.compile(r"\s*[·•‧∙⋅・⸱ꞏ᛫.。]+\s*")
_HAN = r"[〇々\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_SPACE_AT_HAN = re.compile(rf"(?<={_HAN})\s+|\s+(?={_HAN})")
# They choose between drawings of one character.
_SELECTORS = re.compile(r"[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
KEY_LENGTH = 60


def plain_name(name: str) -> str:
    """Return a name as it is kept, as on the card: nothing invisible in it, one blank between its parts, none around it."""
    return " ".join(without_invisible(name).split())


def listed_name(name: str) -> str:
    """Return a name from a list: one that was drawn apart, sign by sign, is put together again."""
    parts = plain_name(name).split()
    return ("" if all(len(part) == 1 for part in parts) else " ").join(parts)


# asked for a name three times on its way in: where it is compared, spelt and stored
@lru_cache(maxsize=20_000)
def name_key(name: str) -> str:
    """Return what two ways of writing one name have in common; it is stored beside the name and searched by."""
    text = unicodedata.normalize("NFKC", _SELECTORS.sub("", without_invisible(name))).translate(_RADICALS)
    text = _SPACE_AT_HAN.sub("", " ".join(_DOTS.sub("·", text).split()))
    return text.casefold()[:KEY_LENGTH]


def spellings(name: str) -> frozenset[str]:
    """Return the ways in which lists write one name, to look for it where only the name itself is kept.

    A name of two signs is drawn apart to be as wide as its neighbours; the dot between two parts has many forms.
    """
    key = name_key(name)
    found = {plain_name(name), key}
    if len(key) == 2:  # noqa: PLR2004  two signs
        found.add(f"{key[0]} {key[1]}")
    if "·" in key:
        found |= {key.replace("·", dot) for dot in "·•‧∙⋅・.。"}
    return frozenset(found)
