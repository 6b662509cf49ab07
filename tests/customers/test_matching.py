"""One person once: what speaks for it is counted, and said in words."""

from datetime import date

import pytest

from customers.matching import CERTAIN, Known, compared, likeliest

BORN = date(1970, 3, 12)
LIKELY = {
    "name and birth": (Known("曾小明", BORN), Known("曾小明", BORN)),
    "a variant of a sign": (Known("王國强", BORN), Known("王国強", BORN)),
    "a sign that looks alike": (Known("王己", BORN), Known("王已", BORN)),
    "the same sound": (Known("李伟", BORN), Known("李玮", BORN)),
    "name and age": (Known("曾小明", age=56), Known("曾小明", age=56)),
    "name and phone": (Known("曾小明", phone_digest="a"), Known("曾小明", phone_digest="a")),
    "name and household": (Known("曾小明", home=1), Known("曾小明", BORN, home=1)),
    "a figure of the birth in one village": (Known("曾小明", BORN, village=1), Known("曾小明", date(1970, 3, 13), village=1)),
    "month and day changed": (Known("曾小明", date(1970, 5, 3), home=1), Known("曾小明", date(1970, 3, 5), home=1)),
}  # fmt: skip
UNLIKELY = {
    "a name alone": (Known("王伟"), Known("王伟")),
    "a common name in one village": (Known("王伟", village=1), Known("王伟", village=1)),
    "father and son of one name": (
        Known("王伟", date(1960, 1, 1), home=1),
        Known("王伟", date(1988, 5, 9), home=1),
    ),
    "twins": (Known("王大双", BORN, home=1), Known("王小双", BORN, home=1)),
    "another gender": (Known("李玮", BORN, "male"), Known("李伟", BORN, "female")),
    "another ID number": (Known("王伟", BORN, id_digest="a"), Known("王伟", BORN, id_digest="b")),
    "nothing": (Known(""), Known("")),
}


@pytest.mark.parametrize("what", LIKELY)
def test_likely_one_person(what):
    one, other = LIKELY[what]
    assert compared(one, other).is_likely
    assert compared(one, other).score == compared(other, one).score


@pytest.mark.parametrize("what", UNLIKELY)
def test_hardly_one_person(what):
    one, other = UNLIKELY[what]
    assert not compared(one, other).is_likely
    assert not compared(other, one).is_likely


def test_the_reasons_stand_in_words_and_the_number_decides():
    found = compared(Known("曾小明", BORN, phone_digest="a"), Known("曾晓明", BORN, phone_digest="a"))
    assert len(found.reasons) == 3
    assert found.score < CERTAIN
    assert found.in_words().count(str(found.reasons[1])) == 1
    assert compared(Known("甲", id_digest="a"), Known("乙", id_digest="a")).score == CERTAIN


def test_the_likeliest_of_several():
    others = [(1, Known("曾小明")), (2, Known("曾小明", BORN, home=1)), (3, Known("曾小明", BORN))]
    found = likeliest(Known("曾小明", BORN, home=1), others)
    assert found is not None
    assert found[0] == 2
    assert likeliest(Known("曾小明", BORN), []) is None
