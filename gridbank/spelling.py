"""How a word of a menu may be typed without an input method: by its sounds, whole or by their initials. Pure."""

import unicodedata
from functools import lru_cache

from pypinyin import Style, lazy_pinyin, pinyin

# nobody types more of a word, and of more sounds nobody thinks
LONGEST, SOUNDS = 24, 3


def _plain(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign.isascii() and sign.isalnum())


@lru_cache(maxsize=5_000)
def spellings(text: str) -> str:
    """Return whole sounds and initials of a text, parted by blanks; of its first sign by each of its sounds.

    A surname has a sound of its own, and a word of several sounds may be meant by any.
    """
    text = unicodedata.normalize("NFKC", text).strip()[:LONGEST]
    if not text:
        return ""
    rest = [plain for sound in lazy_pinyin(text[1:], v_to_u=False) if (plain := _plain(sound))]
    firsts = dict.fromkeys(_plain(sound) for sound in pinyin(text[0], style=Style.NORMAL, heteronym=True)[0])
    found: list[str] = []
    for first in list(firsts)[:SOUNDS]:
        syllables = [first, *rest] if first else rest
        found += ["".join(syllables), "".join(sound[0] for sound in syllables)]
    return " ".join(dict.fromkeys(each for each in found if each))
