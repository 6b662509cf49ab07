"""Whether two archives are of one person: a score with its reasons in words. Pure: whoever asks has read both.

The same ID number says so, another one denies it. Short of that, names are compared by their signs, their sound and
their shape, then date of birth, phone, household and village.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.naming import name_key
from customers.pinyin import spell

CERTAIN, LIKELY, MOST = 100, 60, 99
SAME_NAME, LOOKS_ALIKE, SOUNDS_THE_SAME, SOUNDS_ALIKE, SHORTER = 40, 30, 30, 20, 15
BORN, AS_OLD, BORN_NEARLY, BORN_THAT_YEAR, BORN_ELSE = 30, 20, 15, 8, -40
SAME_PHONE, SAME_HOME, SAME_VILLAGE, OTHER_GENDER = 20, 20, 8, -30

# Characters that are taken for one another by whoever reads a handwritten list, and variants of one character.
_SHAPES = (
    "己已巳", "未末", "土士", "干千于", "日曰", "人入", "天夭无", "田由甲申", "王玉主", "大太犬", "刀力", "今令", "代伐",
    "石右", "治冶", "冷泠", "拆折", "候侯", "戊戌戍", "晴睛", "清请", "情倩", "海梅", "俊峻竣", "浩皓", "亮享", "宏弘", "辉晖",
    "林材", "明朋", "芳芬", "莉茉", "玲铃", "燕蒸", "杨扬", "陈阵", "吴昊", "季李", "候侯", "肖萧", "付傅", "闫阎", "代戴",
    "兰蓝", "邱丘", "峰峯", "强強", "云雲", "国國", "华華", "凤鳳", "龙龍", "东東", "义義", "兴興", "贵責责", "丽麗", "荣榮",
    "桂佳", "洪淇", "永水", "志忘", "忠患", "秀季", "菊掬", "珍诊", "连莲", "艳绝", "坤绅", "毅豪", "昌冒", "波坡", "江红",
)  # fmt: skip
# What the ear of the south-west doesn't tell apart.
_EARS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("l", "n"), ("hu", "f"))


def _by_shape(groups: Iterable[str]) -> dict[int, str]:
    found: dict[int, str] = {}
    for group in groups:
        first = found.get(ord(group[0]), group[0])
        found |= {ord(sign): first for sign in group if ord(sign) not in found}
    return found


_SHAPE = _by_shape(_SHAPES)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a person: an empty value says nothing. Phones and ID numbers come as their digests.

    Where an answer by the date of birth would tell it, the age that pages show stands in its place.
    """

    name: str
    birth_date: date | None = None
    gender: str = ""
    id_digest: str | None = None
    phone_digest: str = ""
    home: int | None = None
    village: int | None = None
    age: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """How likely two are one, from 0 to 100, and why."""

    score: int
    reasons: tuple[str | Promise, ...] = ()

    @property
    def is_likely(self) -> bool:
        """Whether somebody should look before a second archive is opened."""
        return self.score >= LIKELY

    def and_also(self, other: "Match") -> "Match":
        """Return both together, as likely as the likelier one."""
        return Match(max(self.score, other.score), (*self.reasons, *other.reasons))

    def in_words(self) -> str:
        """Return the reasons as one phrase: same name, born on the same day."""
        return str(_(", ")).join(map(str, self.reasons))


NOBODY = Match(0)
SAME_DOCUMENT = Match(CERTAIN, (_("one has, or had, the document of the other"),))
Reason = tuple[int, str | Promise]


def compared(one: Known, other: Known) -> Match:
    """Say how likely two are one person."""
    if one.id_digest and other.id_digest:
        same = one.id_digest == other.id_digest
        return Match(CERTAIN, (_("the same ID number"),)) if same else NOBODY
    named = _named(one.name, other.name)
    if named is None:
        return NOBODY
    found = [named, *_born(one, other), *_near(one, other)]
    if one.gender and other.gender and one.gender != other.gender:
        found.append((OTHER_GENDER, _("another gender")))
    score = sum(points for points, _reason in found)
    return Match(max(0, min(score, MOST)), tuple(reason for _points, reason in found))


def likeliest(one: Known, others: Iterable[tuple[int, Known]]) -> tuple[int, Match] | None:
    """Return the key of whom somebody most likely is, if that is likely at all; of two the first."""
    found = max(
        ((key, compared(one, other)) for key, other in others), key=lambda each: each[1].score, default=None
    )
    return found if found is not None and found[1].is_likely else None


def shaped(key: str) -> str:
    """Return what names have in common that look alike."""
    return key.translate(_SHAPE)


def heard(sound: str) -> str:
    """Return what the ear keeps of a sound."""
    for part, kept in _EARS:
        sound = sound.replace(part, kept)
    return sound


@lru_cache(maxsize=20_000)
def _forms(name: str) -> tuple[str, str, str, str]:
    """Return a name's key, its shape, its sound, and what the ear keeps of it."""
    key = name_key(name).replace("·", "")
    sound = spell(name)[0]
    return key, shaped(key), sound, heard(sound)


def _named(one: str, other: str) -> Reason | None:
    """Compare two names; None when nothing speaks for one person."""
    (key, shape, sound, ear), (key2, shape2, sound2, ear2) = _forms(one), _forms(other)
    if key == key2:
        return SAME_NAME, _("the same name")
    if shape == shape2:
        return LOOKS_ALIKE, _("a name that looks alike")
    if sound and sound == sound2:
        return SOUNDS_THE_SAME, _("a name that sounds the same")
    if ear and ear == ear2:
        return SOUNDS_ALIKE, _("a name that sounds alike")
    short, long = sorted((key, key2), key=len)
    # 曾明 for 曾小明: the name of the generation is left out
    if len(short) > 1 and len(long) == len(short) + 1 and (short[0], short[-1]) == (long[0], long[-1]):
        return SHORTER, _("a name with a sign more")
    return None


def _born(first: Known, second: Known) -> list[Reason]:
    one, other = first.birth_date, second.birth_date
    if one is None or other is None:
        same_age = first.age is not None and first.age == second.age
        return [(AS_OLD, _("as old"))] if same_age else []
    if one == other:
        return [(BORN, _("born on the same day"))]
    if _nearly(f"{one:%Y%m%d}", f"{other:%Y%m%d}"):
        return [(BORN_NEARLY, _("born on a day that differs in a figure"))]
    if one.year == other.year:
        return [(BORN_THAT_YEAR, _("born in the same year"))]
    return [(BORN_ELSE, _("born in another year"))]


def _nearly(one: str, other: str) -> bool:
    """Whether one figure is another, or month and day have changed places."""
    different = sum(a != b for a, b in zip(one, other, strict=True))
    return different == 1 or one == f"{other[:4]}{other[6:]}{other[4:6]}"


def _near(one: Known, other: Known) -> list[Reason]:
    found: list[Reason] = []
    if one.phone_digest and one.phone_digest == other.phone_digest:
        found.append((SAME_PHONE, _("the same phone")))
    if one.home is not None and one.home == other.home:
        found.append((SAME_HOME, _("in the same household")))
    elif one.village is not None and one.village == other.village:
        found.append((SAME_VILLAGE, _("in the same village")))
    return found
