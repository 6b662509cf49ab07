"""What becomes of each row of a household."""

from datetime import timedelta

from customers.models import Customer
from customers.selectors import customer_list
from customers.services.roster import roster_store
from exchange.sheets import Row
from tests.customers.rosters import CHILD, HEAD, HERE, TODAY, WIFE, fates, rows, source


def test_nobody_goes_in_whose_guardian_does_not(ground):
    """A grown-up whose own row is refused cares for nobody."""
    file = rows(
        {**HEAD, "guardian": "没这人"},
        {**CHILD, "guardian": "曾小明"},
        {"name": "吴一", "relation": "other"},
        **HERE,
    )
    assert fates(roster_store(source(ground.zhao), file)) == ["wrong", "wrong", "new"]
    assert [person.name for person in customer_list(actor=ground.zhao)] == ["吴一"]


def test_twins_heads_and_guardians(ground):
    roster_store(source(ground.zhao), rows(HEAD, WIFE, **HERE))
    told = rows(
        {"name": "曾小铭", "relation": "other", "birth_date": "1970-01-01"},
        {"name": "李梅", "relation": "spouse", "birth_date": "1988-08-08"},
        {"name": "曾大", "relation": "head"},
        {"name": "曾小宝", "relation": "child", "birth_date": CHILD["birth_date"], "guardian": "没这人"},
        **HERE,
    )
    found = roster_store(source(ground.zhao), told)
    assert fates(found) == ["doubtful", "doubtful", "wrong", "wrong"]
    # a batch's page and workbook leave no reading: they name nobody whom the rows don't name
    assert not any("曾小明" in fault.sentence for one in found for fault in one.faults)
    taken = [Row(row.sheet, row.number, row.values, taken=True) for row in told[:1]]
    assert fates(roster_store(source(ground.zhao), taken)) == ["new"]


def test_who_looks_like_somebody_of_another_household_is_looked_at_first(ground):
    there, other = {**HERE, "household": ""}, {**HERE, "household": "", "group_name": "二组"}
    born = {"name": "曾小明", "relation": "head", "birth_date": "1970-01-01"}
    roster_store(source(ground.zhao), rows(born, **there))
    # whoever has a number may be who had none, and the other way round
    for told in (born, HEAD):
        (found,) = roster_store(source(ground.zhao), rows(told, **other))
        assert found.fate == "doubtful"
        assert "曾小明" in found.faults[0].sentence
    assert fates(roster_store(source(ground.zhao), rows({**born, "birth_date": "1970-06-02"}, **other))) == [
        "new"
    ]


def test_of_whom_an_account_counts_nobody_else_is_made(ground):
    roster_store(source(ground.zhao), rows(HEAD, WIFE, **HERE))
    Customer.objects.visible_to(ground.zhao).update(account_evidence=1, customer_since="2026-01-05")
    told = rows({**HEAD, "name": "曾晓明"}, {**WIFE, "occupation": "木匠"}, **HERE)
    assert fates(roster_store(source(ground.zhao), told)) == ["wrong", "changed"]
    assert customer_list(actor=ground.li).get(relation="head").name == "曾小明"


def test_without_a_name_of_somebody_who_people_are_stays(ground):
    installation = source(None, bank_id=ground.root.pk)
    assert (
        fates(roster_store(installation, rows({"name": "曾小明", "relation": "head"}, WIFE, **HERE)))
        == ["new"] * 2
    )
    assert fates(roster_store(installation, rows(HEAD, {**WIFE, "occupation": "木匠"}, **HERE))) == [
        "wrong",
        "changed",
    ]


def test_rows_changed_here_after_the_day_of_the_file_wait(ground):
    then = TODAY - timedelta(days=9)
    roster_store(source(ground.zhao, as_of=then), rows(HEAD, **HERE))
    changed = rows({**HEAD, "occupation": "务农"}, **HERE)
    # the file's own rows are as old as the file
    assert fates(roster_store(source(ground.zhao, as_of=then), changed)) == ["changed"]
    Customer.objects.visible_to(ground.zhao).update(updated_at=f"{TODAY}T08:00+08:00")
    changed = rows({**HEAD, "occupation": "木匠"}, **HERE)
    assert fates(roster_store(source(ground.zhao, as_of=then), changed)) == ["waiting"]
    taken = [Row(row.sheet, row.number, row.values, taken=True) for row in changed]
    assert fates(roster_store(source(ground.zhao, as_of=then), taken)) == ["changed"]
