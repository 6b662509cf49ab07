"""Whom to compare with whom: everybody whom the matcher would find likely, and few besides."""

from datetime import date
from itertools import combinations

import pytest

from customers.blocking import MANY, Person, groups, pairs_within
from customers.matching import compared
from customers.naming import name_key
from customers.pinyin import spell

BORN = date(1970, 5, 5)


def person(pk, name, **more):
    usual = {
        "pk": pk, "name": name, "name_key": name_key(name), "sound": spell(name)[0], "gender": "", "birth_date": BORN,
        "id_digest": None, "phone_digest": "", "home": pk, "village": None,
    }  # fmt: skip
    return Person(**{**usual, **more})


def keys(pairs):
    return [(one.pk, other.pk) for one, other in pairs]


def test_people_who_share_a_column_make_a_group_and_who_is_alone_none():
    people = [person(1, "甲一", home=1), person(2, "甲二", home=1), person(3, "乙一", home=2)]
    assert [[one.pk for one in group] for group in groups(people, "home")] == [[1, 2]]
    assert [[one.pk for one in group] for group in groups(people, "home", "name_key")] == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("曾小明", "曾小明"), ("李巳", "李己"), ("张三", "章三"), ("龙海", "农海"), ("曾明", "曾小明")],
)
def test_names_that_the_matcher_finds_alike_are_compared(one, other):
    assert compared(person(1, one).known(), person(2, other).known()).score > 0
    assert keys(pairs_within([person(2, other), person(1, one)])) == [(1, 2)]


def test_others_are_not():
    assert keys(pairs_within([person(1, "曾小明"), person(2, "李小芳"), person(3, "曾大明")])) == []


def test_nobody_whom_the_matcher_finds_alike_is_left_out():
    names = [
        "王芳",
        "王方",
        "汪芳",
        "王小芳",
        "王小方",
        "王晓芳",
        "黄芳",
        "王芬",
        "王莉",
        "阿依·古丽",
        "阿依古丽",
        "A",
        "B1",
    ]
    people = [person(place, name) for place, name in enumerate(names)]
    alike = {
        (one.pk, other.pk)
        for one, other in combinations(people, 2)
        if compared(one.known(), other.known()).reasons
    }
    assert alike - set(keys(pairs_within(people))) == set()
    assert alike


def test_a_crowd_that_shares_everything_costs_no_more_than_its_number():
    crowd = [person(pk, "王芳") for pk in range(MANY * 10)]
    assert len(keys(pairs_within(crowd))) < len(crowd)


def test_what_is_shown_of_somebody_has_no_date_of_birth_and_no_document():
    shown = person(1, "王芳", id_digest="x").shown(date(2026, 5, 4))
    assert (shown.birth_date, shown.id_digest, shown.age) == (None, None, 55)
