"""How a Chinese name is typed: pinyin and initials, surnames read as surnames."""

from functools import lru_cache

from pypinyin import Style, lazy_pinyin

# Characters that sound different as a surname; the library reads them as words.
SURNAMES = {
    "万俟": ("mo", "qi"), "尉迟": ("yu", "chi"), "长孙": ("zhang", "sun"), "澹台": ("tan", "tai"),
    "单": ("shan",), "解": ("xie",), "查": ("zha",), "仇": ("qiu",), "曾": ("zeng",), "朴": ("piao",),
    "任": ("ren",), "华": ("hua",), "区": ("ou",), "盖": ("ge",), "员": ("yun",), "乐": ("yue",), "覃": ("qin",),
    "缪": ("miao",), "翟": ("zhai",), "冼": ("xian",), "洗": ("xian",), "种": ("chong",), "秘": ("bi",),
    "折": ("she",), "召": ("shao",), "繁": ("po",), "葛": ("ge",), "燕": ("yan",), "宁": ("ning",), "尹": ("yin",),
    "黑": ("he",), "逄": ("pang",), "隗": ("wei",), "哈": ("ha",), "车": ("che",), "石": ("shi",),
}  # fmt: skip
PINYIN_LENGTH, INITIALS_LENGTH = 120, 20


def _surname(name: str) -> tuple[str, tuple[str, ...]]:
    for length in (2, 1):
        head = name[:length]
        if len(head) == length and head in SURNAMES:
            return head, SURNAMES[head]
    return "", ()


@lru_cache(maxsize=20_000)
def spell(name: str) -> tuple[str, str]:
    """Return (full pinyin without spaces, initials), lower case, letters and digits only, cut to the columns."""
    surname, sounds = _surname(name)
    rest = lazy_pinyin(name[len(surname) :], style=Style.NORMAL, v_to_u=False)
    syllables = [
        "".join(c for c in sound.lower() if c.isascii() and c.isalnum()) for sound in [*sounds, *rest]
    ]
    syllables = [sound for sound in syllables if sound]
    return "".join(syllables)[:PINYIN_LENGTH], "".join(sound[0] for sound in syllables)[:INITIALS_LENGTH]
