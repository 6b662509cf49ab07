"""How a Chinese name is typed: pinyin and initials, surnames read as surnames, by whichever of their sounds."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import Style, lazy_pinyin, load_single_dict
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT
from pypinyin.contrib.tone_convert import to_normal

from customers.naming import name_key

# Surnames that the library doesn't read as surnames, or that have several sounds: their own sound stands first.
_SURNAMES = """
万俟 mo-qi, 尉迟 yu-chi, 长孙 zhang-sun, 澹台 tan-tai, 单于 chan-yu, 乐正 yue-zheng, 子车 zi-ju, 吐谷浑 tu-yu-hun,
令狐 ling-hu, 鲜于 xian-yu, 皇甫 huang-fu, 宇文 yu-wen, 亓官 qi-guan, 夹谷 jia-gu,
单 shan dan chan, 解 xie jie, 查 zha cha, 仇 qiu chou, 曾 zeng ceng, 朴 piao pu po, 任 ren, 华 hua, 区 ou qu, 盖 ge gai,
员 yun yuan, 乐 yue le, 覃 qin tan, 缪 miao mou mu, 翟 zhai di, 冼 xian, 洗 xian xi, 种 chong zhong, 秘 bi mi,
折 she zhe, 召 shao zhao, 繁 po fan, 葛 ge, 燕 yan, 宁 ning, 尹 yin, 黑 he hei, 逄 pang, 隗 wei kui, 哈 ha, 车 che ju,
石 shi, 卜 bu bo, 阚 kan han, 尉 wei yu, 宓 mi fu, 都 du dou, 那 na nuo, 能 nai neng, 谌 chen shen, 过 guo, 句 gou ju,
薄 bo bao, 柏 bai bo, 褚 chu zhu, 么 yao me, 晟 cheng sheng, 相 xiang, 纪 ji, 应 ying, 祭 zhai ji, 郗 xi chi,
郇 xun huan, 长 zhang chang, 谷 gu yu, 俞 yu shu, 宿 su xiu, 贾 jia gu, 令 ling, 万 wan mo, 佴 nai er, 乜 nie mie, 撒 sa,
钭 tou dou, 逯 lu, 眭 sui, 揭 jie qi, 库 she ku, 厍 she, 行 xing hang, 盛 sheng cheng, 藏 zang cang, 角 jue jiao,
降 jiang xiang, 沈 shen chen, 叶 ye xie, 系 xi, 仝 tong, 亓 qi, 冒 mao mo, 牟 mou mu, 南 nan na, 会 kuai hui,
炅 gui jiong, 炔 gui que, 佘 she, 庹 tuo, 昝 zan, 訾 zi, 隽 juan jun, 瞿 qu ju, 费 fei bi, 贲 ben bi, 仉 zhang, 适 kuo shi,
朝 chao zhao, 还 huan hai, 要 yao, 有 you, 重 chong zhong, 弗 fu, 呙 guo wo, 蕃 pi fan, 陆 lu, 六 lu liu, 强 qiang,
郝 hao, 干 gan, 阙 que, 观 guan, 占 zhan, 郏 jia, 邸 di, 殷 yin, 桓 huan, 臧 zang, 丁 ding, 於 yu, 余 yu, 佟 tong, 幺 yao
"""
# Characters of given names whose first sound in the library is that of a word of grammar, or plainly wrong.
_GIVEN = {
    "都": "dū,dōu",
    "晟": "shèng,chéng",
    "琢": "zhuó,zuó",
    "长": "cháng,zhǎng",
    "了": "liǎo,le",
    "还": "huán,hái",
}
PINYIN_LENGTH, INITIALS_LENGTH = 120, 20
LEAST = 2

load_single_dict({ord(character): sounds for character, sounds in _GIVEN.items()})


@dataclass(frozen=True)
class Surname:
    """A surname and its sounds, syllable by syllable, its own first."""

    head: str
    sounds: tuple[tuple[str, ...], ...]


def _read(line: str) -> Surname:
    head, *sounds = line.split()
    return Surname(head, tuple(tuple(sound.split("-")) for sound in sounds))


SURNAMES = {each.head: each for each in map(_read, _SURNAMES.replace("\n", " ").strip().split(","))}
_LONGEST = max(map(len, SURNAMES))


def _surname(name: str) -> tuple[str, tuple[str, ...]]:
    for length in range(_LONGEST, 0, -1):
        head = name[:length]
        if len(head) == length and head in SURNAMES:
            return head, SURNAMES[head].sounds[0]
    return "", ()


def _sounds(text: str) -> list[str]:
    """Return the syllables of what follows a surname.

    Characters that stand in no known word together are read one by one, and each only once: a roster has few of them,
    and a hundred thousand names.
    """
    starts = range(len(text) - 1)
    words = (text[start:end] in PHRASES_DICT for start in starts for end in range(start + 2, len(text) + 1))
    if all(ord(character) in PINYIN_DICT for character in text) and not any(words):
        return [sound for character in text for sound in _read_aloud(character)]
    return _read_aloud.__wrapped__(text)


@lru_cache(maxsize=20_000)
def _read_aloud(text: str) -> list[str]:
    """Return the library's syllables, letters and digits only."""
    found = lazy_pinyin(text, style=Style.NORMAL, v_to_u=False)
    return ["".join(c for c in sound.lower() if c.isascii() and c.isalnum()) for sound in found]


@lru_cache(maxsize=20_000)
def spell(name: str) -> tuple[str, str]:
    """Return (full pinyin without spaces, initials), lower case, letters and digits only, cut to the columns."""
    name = name_key(name)
    surname, sounds = _surname(name)
    syllables = [sound for sound in (*sounds, *_sounds(name[len(surname) :])) if sound]
    return "".join(syllables)[:PINYIN_LENGTH], "".join(sound[0] for sound in syllables)[:INITIALS_LENGTH]


@dataclass(frozen=True)
class Reading:
    """What a term would be, had the surname been typed by its own sound; `full` of pinyin, else of initials."""

    head: str
    term: str
    full: bool


def other_readings(term: str) -> Iterator[Reading]:
    """Return what a typed term means for the surnames that have other sounds than their own.

    People are stored under one sound. Whoever types another finds them by it and by the surname's characters.
    """
    if len(term) < LEAST:
        return
    for surname in SURNAMES.values():
        own, *others = surname.sounds
        for sounds in others:
            for full in (True, False):
                mine, other = (_written(each, full=full) for each in (own, sounds))
                if term.startswith(other) and mine != other:
                    yield Reading(surname.head, mine + term[len(other) :], full)
                elif full and other.startswith(term):
                    yield Reading(surname.head, mine, full)


def _written(sounds: tuple[str, ...], *, full: bool) -> str:
    return "".join(sounds if full else [sound[0] for sound in sounds])


# One letter more than the longest syllable would be none.
_LONGEST_SYLLABLE = 6
# Nobody types a longer name by its sounds; and no term may be cut in very many ways.
_SYLLABLES_AT_MOST, _CUTS_AT_MOST = 4, 4


@lru_cache(maxsize=1)
def syllables() -> frozenset[str]:
    """Return every syllable that some character has, without tones."""
    toned = {sound for sounds in PINYIN_DICT.values() for sound in sounds.split(",")}
    found = {to_normal(sound) for sound in toned}
    return frozenset(each for each in found if each.isascii() and set(each) & set("aeiouv"))


def cuts(text: str) -> list[tuple[str, ...]]:
    """Return the ways in which letters are whole syllables, the longest first: `jianguo` is jian-guo and ji-an-guo."""
    found: list[tuple[str, ...]] = []
    _cut(text, (), found)
    return found


def _cut(rest: str, done: tuple[str, ...], found: list[tuple[str, ...]]) -> None:
    if len(found) == _CUTS_AT_MOST:
        return
    if not rest:
        found.append(done)
    elif len(done) < _SYLLABLES_AT_MOST:
        for length in range(min(_LONGEST_SYLLABLE, len(rest)), 0, -1):
            if rest[:length] in syllables():
                _cut(rest[length:], (*done, rest[:length]), found)


def surname_and_initials(text: str) -> Iterator[tuple[str, str]]:
    """Return the ways in which letters are a surname spelt out and initials behind it: `chenjg` is chen and cjg."""
    for length in range(min(_LONGEST_SYLLABLE, len(text) - 1), 1, -1):
        head, rest = text[:length], text[length:]
        if head in syllables() and len(rest) < _SYLLABLES_AT_MOST:
            yield head, head[0] + rest
