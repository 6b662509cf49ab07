"""Where a roster's households belong: villages by name and code, and nobody else's grids."""

from customers.selectors import customer_list, household_list
from customers.services.roster import roster_store
from grids.models import Area
from tests.customers.rosters import HEAD, HERE, fates, rows, source


def test_villages_by_code_by_name_and_by_their_own_number(ground):
    told = [
        {"village": "522727100201"}, {"village": "兴发", "township": "牙舟镇"}, {"village": "201", "township": "牙舟"},
        {"village": "兴发村"}, {"village": "没有村"}, {"village": "新联"},
    ]  # fmt: skip
    file = rows(
        *[{"name": f"王{n}", "relation": "head", **one} for n, one in enumerate("一二三四五六" and told)]
    )
    found = roster_store(source(ground.zhao), file)
    assert fates(found) == ["new", "new", "new", "wrong", "wrong", "new"]
    assert [fault.column for one in found for fault in one.faults] == ["village", "village"]
    grids = {home.head_name: home.grid for home in household_list(actor=ground.zhao)}
    # nobody has the other village: it waits where head office sees it
    assert (grids["王0"], grids["王5"]) == (ground.grid_li, ground.root)


def test_no_row_crosses_into_another_branch(ground):
    ground.grid_wu.area = Area.objects.get(code="522727101202")
    ground.grid_wu.save()
    theirs = {**HERE, "township": "通州", "village": "新联村"}
    assert fates(roster_store(source(ground.zhao), rows(HEAD, **theirs))) == ["new"]
    assert household_list(actor=ground.zhao).get().grid == ground.grid_wu
    # his number, and the household's, are found elsewhere; nothing of it is told or changed
    found = roster_store(source(ground.chen), rows({**HEAD, "phone": "13911112222"}, **theirs))
    assert fates(found) == ["wrong"]
    assert customer_list(actor=ground.zhao).get().phone == HEAD["phone"]
