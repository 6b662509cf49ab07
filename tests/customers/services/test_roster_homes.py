"""Households of a roster: which rows are one, and which of them is here already."""

from datetime import date

import pytest

from customers.selectors import customer_list, household_list
from customers.services import persons_merge
from customers.services.roster import roster_judge, roster_store
from tests.customers.numbers import id_number
from tests.customers.rosters import CHILD, HEAD, HERE, WIFE, fates, rows, source
from tests.factories import GridFactory, HouseholdFactory


def test_who_stands_under_another_number_of_the_file_has_not_moved_by_it(ground):
    roster_store(source(ground.zhao), rows(HEAD, WIFE, **HERE))
    found = roster_store(
        source(ground.zhao), rows({**HEAD, "relation": "head"}, **{**HERE, "household": "520100002"})
    )
    assert fates(found) == ["wrong"]
    assert "520100001" in found[0].faults[0].sentence


def test_a_person_lives_in_one_household_and_stands_in_one_row(ground):
    other = {**HERE, "household": "520100002"}
    found = roster_store(
        source(ground.zhao),
        rows({**HERE, **HEAD}, {**HERE, **HEAD}, {**HERE, **HEAD, "phone": "13900000000"}),
    )
    assert fates(found) == ["new", "unchanged", "wrong"]
    roster_store(source(ground.zhao), rows({**other, "name": "吴一", "relation": "head"}))
    found = roster_store(source(ground.zhao), rows({**other, **HEAD, "relation": "child"}))
    assert fates(found) == ["wrong"]


def test_numbers_that_mean_nothing_beyond_a_village_only_gather(ground):
    """A village's own number, and the head's ID number, which lists like to call the household's."""
    for code, group in (("12", "一组"), (HEAD["id_number"], "二组")):
        there = {**HERE, "household": code, "group_name": group}
        head = {"name": f"王{group}", "relation": "head"}
        assert (
            fates(roster_store(source(ground.zhao), rows(head, WIFE | {"birth_date": ""}, **there)))
            == ["new"] * 2
        )
        # the rest of it in another chunk: its head's name finds it, its number alone doesn't
        son = {"name": f"王{group}小", "relation": "child"}
        assert fates(
            roster_store(
                source(ground.zhao), rows(son | {"head": head["name"]}, son | {"name": "王五"}, **there)[:1]
            )
        ) == ["new"]
        assert fates(roster_store(source(ground.zhao), rows(son | {"name": "王五"}, **there))) == ["wrong"]
    homes = household_list(actor=ground.zhao)
    assert [len(home.code) for home in homes] == [12, 12]
    assert customer_list(actor=ground.zhao).count() == 6
    too_long = rows({"name": "王六", "relation": "head"}, **{**HERE, "household": "9" * 25})
    assert fates(roster_judge(source(ground.zhao), too_long)) == ["wrong"]


def test_people_of_heads_of_one_name_are_never_mixed(ground):
    there = {**HERE, "household": ""}
    son = {"name": "王二", "relation": "child", "head": "王一"}
    two = [{"name": "王一", "relation": "head", "birth_date": f"19{year}-01-01"} for year in (50, 70)]
    assert fates(roster_store(source(ground.zhao), rows(*two, son, **there))) == ["wrong"] * 3
    assert fates(roster_store(source(ground.zhao), rows(two[0], **there))) == ["new"]
    assert fates(roster_store(source(ground.zhao), rows(son, **there))) == ["new"]
    assert (
        fates(roster_store(source(ground.zhao), rows(two[1], {**son, "name": "王三"}, **there)))
        == ["doubtful"] * 2
    )
    assert customer_list(actor=ground.zhao).count() == 2


def test_a_household_whose_head_comes_later(ground):
    there = {**HERE, "household": ""}
    assert fates(roster_store(source(ground.zhao), rows({**WIFE, "head": "曾小明"}, **there))) == ["new"]
    home = household_list(actor=ground.li).get()
    assert (home.head_name, home.completeness < 100) == ("曾小明", True)
    assert fates(roster_judge(source(ground.zhao), rows({**CHILD, "head": "吴一"}, **there))) == ["new"]
    assert (
        fates(
            roster_store(
                source(ground.zhao),
                rows({**HEAD, "occupation": "务农"}, {**CHILD, "head": "曾小明"}, **there),
            )
        )
        == ["new"] * 2
    )
    assert customer_list(actor=ground.li).count() == 3


@pytest.mark.parametrize(("one", "other"), [("买买提·阿不都", "买买提•阿不都"), ("王明", "王 明")])
def test_a_household_is_found_however_its_heads_name_is_drawn(ground, one, other):
    there = {**HERE, "household": "12"}
    roster_store(source(ground.zhao), rows({**WIFE, "head": one}, **there))
    roster_store(source(ground.zhao), rows({"name": other, "relation": "head"}, **there))
    assert household_list(actor=ground.zhao).count() == 1


def test_another_banks_number_is_nobodys_business(ground):
    HouseholdFactory(code="520100001", grid=GridFactory())
    for fate in ("new", "unchanged"):
        assert fates(roster_store(source(ground.zhao), rows(HEAD, WIFE, **HERE))) == [fate] * 2
    assert household_list(actor=ground.zhao).get().code.startswith("H")


def test_who_comes_by_the_number_of_a_merged_archive_is_looked_at(ground):
    other = {"name": "曾小民", "relation": "other", "id_number": id_number(date(1971, 1, 1))}
    roster_store(source(ground.zhao), rows(HEAD, other, **HERE))
    people = {person.name: person for person in customer_list(actor=ground.zhao)}
    keep, gone = people["曾小明"], people["曾小民"]
    persons_merge(
        actor=ground.zhao,
        customer=keep,
        merged=gone,
        versions=(keep.version, gone.version),
        taken=[],
        reason="核对",
    )
    found = roster_store(source(ground.zhao), rows(HEAD, other, **HERE))
    assert fates(found) == ["unchanged", "wrong"]
    assert "并入" in found[1].faults[0].sentence
    assert [person.name for person in customer_list(actor=ground.zhao)] == ["曾小明"]
