"""How a word of a menu may be typed."""

import pytest

from gridbank.spelling import spellings


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("农村建房贷款", {"nongcunjianfangdaikuan", "ncjfdk"}), ("黔农e贷", {"qiannongedai", "qned"}),
        ("单小明", {"danxiaoming", "dxm", "shanxiaoming", "sxm"}), ("POS", {"pos"}), ("", set()),
    ],
)  # fmt: skip
def test_a_word_is_typed_by_its_sounds_and_their_initials(text, typed):
    assert typed <= set(spellings(text).split())


def test_a_long_text_and_a_sign_without_sound_do_no_harm():
    assert len(spellings("行" * 5000)) < 1000
    assert spellings("·") == ""
