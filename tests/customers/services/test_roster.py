"""A roster of whatever files there are: each row goes in once, in one place, or says why not."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Customer, Household, IdentitySpan
from customers.selectors import customer_list, household_list
from customers.services.roster import roster_judge, roster_store
from customers.services.roster_undo import roster_undo
from exchange.sheets import Row, Source, Stored
from grids.models import Area
from tests.customers.numbers import id_number
from tests.factories import GridFactory, HouseholdFactory

TODAY = timezone.localdate()


@pytest.fixture
def ground(cast):
    """Two villages of one name in two townships; the first is Li's grid."""
    made = {}
    for code, name, level in (
        ("522727100000", "牙舟镇", "township"), ("522727100201", "兴发村村民委员会", "village"),
        ("522727101000", "通州镇", "township"), ("522727101201", "兴发村村民委员会", "village"),
        ("522727101202", "新联村村民委员会", "village"),
    ):  # fmt: skip
        made[code] = Area.objects.create(code=code, name=name, level=level)
    cast.grid_li.area = made["522727100201"]
    cast.grid_li.save()
    return cast


def source(actor, **more):
    return Source(actor=actor, as_of=more.pop("as_of", TODAY), bank_id=more.pop("bank_id", None), batch=7)


def rows(*told, **common):
    return [
        Row("名册", number, {key: value for key, value in (common | one).items() if value})
        for number, one in enumerate(told, 2)
    ]


HEAD = {
    "name": "曾小明",
    "relation": "head",
    "id_number": id_number(date(1970, 1, 1)),
    "phone": "13800000001",
    "address": "示例村1号",
}
WIFE = {"name": "李梅", "relation": "spouse", "birth_date": "1975-02-03", "gender": "female"}
CHILD = {
    "name": "曾小宝",
    "relation": "child",
    "birth_date": f"{TODAY.year - 6}-01-01",
    "occupation": "学生",
    "phone": "13800000001",
}
HERE = {"household": "520100001", "township": "牙舟", "village": "兴发村", "group_name": "一组"}


def fates(outcomes):
    return [outcome.fate.value for outcome in outcomes]


def test_a_household_goes_in_with_its_people_and_the_same_file_changes_nothing(ground):
    file = rows(HEAD, WIFE, CHILD, **HERE)
    assert fates(roster_judge(source(ground.zhao), file)) == ["new"] * 3
    assert not household_list(actor=ground.zhao).exists()
    assert fates(roster_store(source(ground.zhao), file)) == ["new"] * 3
    home = household_list(actor=ground.li).get()
    assert (home.code, home.grid, home.head_name, home.address, home.group_name) == (
        "520100001", ground.grid_li, "曾小明", "示例村1号", "一组"
    )  # fmt: skip
    people = {person.name: person for person in customer_list(actor=ground.li)}
    head, child = people["曾小明"], people["曾小宝"]
    assert (head.pinyin, head.phone, head.birth_date, head.gender) == (
        "zengxiaoming",
        "13800000001",
        date(1970, 1, 1),
        "male",
    )
    assert (
        customer_list(actor=ground.li).filter(name_key="曾小明", phone_digest=head.phone_digest).get() == head
    )
    # of a child nothing is kept but who it is and who cares for it
    assert (child.guardian, child.phone, child.occupation) == (head, "", "")
    assert fates(roster_store(source(ground.zhao), file)) == ["unchanged"] * 3
    assert fates(roster_judge(source(ground.zhao), file)) == ["unchanged"] * 3


def test_what_changed_is_changed_field_by_field_and_taken_back(ground):
    file = rows(HEAD, WIFE, **HERE)
    roster_store(source(ground.zhao), file)
    told = rows(
        {**HEAD, "phone": "13911112222", "address": "示例村2号"},
        {**WIFE, "occupation": "木匠", "phone": "13800000009"},
        **HERE,
    )
    changed = roster_store(source(ground.zhao), told)
    assert fates(changed) == ["changed"] * 2
    head = customer_list(actor=ground.li).get(relation="head")
    assert (head.phone, head.household.address, head.version) == ("13911112222", "示例村2号", 2)
    # cleared and left alone
    cleared = rows({"name": "李梅", "relation": "spouse", "phone": "—"}, **HERE)
    assert fates(roster_store(source(ground.zhao), cleared)) == ["changed"]
    wife = customer_list(actor=ground.li).get(relation="spouse")
    assert (wife.phone, wife.phone_digest, wife.occupation) == ("", "", "木匠")
    back = [Stored("名册", n, one.fate, one.subject, one.before, one.after) for n, one in enumerate(changed)][
        ::-1
    ]
    kept = [one.kept for one in roster_undo(source(ground.zhao), back)]
    # the wife's phone was changed again
    assert [bool(text) for text in kept] == [True, False]
    head = customer_list(actor=ground.li).get(relation="head")
    assert (head.phone, head.household.address) == ("13800000001", "示例村1号")


def undone(ground, outcomes):
    back = [
        Stored("名册", n, one.fate, one.subject, one.before, one.after)
        for n, one in enumerate(outcomes)
        if one.subject
    ]
    return [one.kept for one in roster_undo(source(ground.zhao), back[::-1])]


def test_a_batch_is_taken_back_whole_unless_somebody_worked_on_it(ground):
    first = roster_store(source(ground.zhao), rows(HEAD, WIFE, CHILD, **HERE))
    assert undone(ground, first) == [""] * 3
    assert not household_list(actor=ground.zhao).exists()
    again = roster_store(source(ground.zhao), rows(HEAD, WIFE, CHILD, **HERE))
    wife = customer_list(actor=ground.zhao).get(relation="spouse")
    wife.occupation = "木匠"
    wife.save()
    assert [bool(text) for text in undone(ground, again)] == [False, True, False]
    assert [person.name for person in customer_list(actor=ground.zhao)] == ["李梅"]


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


WRONG = {
    "a wrong check digit": (
        {"id_number": HEAD["id_number"][:-1] + ("0" if HEAD["id_number"][-1] != "0" else "1")},
        "id_number",
    ),
    "another birth than the number's": ({"birth_date": "1999-01-01"}, "birth_date"),
    "a short phone": ({"phone": "12345"}, "phone"),
    "a number in a text": ({"occupation": "电话13912345678"}, "occupation"),
    "a cleared name": ({"name": "—"}, "name"),
    "no household": ({"household": "", "relation": "other"}, "household"),
    "an unknown policy group": ({"policy_tags": "土豪"}, "policy_tags"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_row_says_its_column_and_the_others_go_in(ground, what):
    changed, column = WRONG[what]
    found = roster_store(source(ground.zhao), rows({**HERE, **HEAD, **changed}, {**HERE, **WIFE}))
    assert fates(found) == ["wrong", "new"]
    assert [fault.column for fault in found[0].faults] == [column]
    assert [person.name for person in customer_list(actor=ground.zhao)] == ["李梅"]


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


def test_who_stands_under_another_number_of_the_file_has_not_moved_by_it(ground):
    roster_store(source(ground.zhao), rows(HEAD, WIFE, **HERE))
    found = roster_store(
        source(ground.zhao), rows({**HEAD, "relation": "head"}, **{**HERE, "household": "520100002"})
    )
    assert fates(found) == ["wrong"]
    assert "520100001" in found[0].faults[0].sentence


def test_beyond_the_daily_answers_a_household_waits_whole(ground, monkeypatch):
    from customers.services import roster

    monkeypatch.setattr(roster, "DAILY_CAP", 0)
    mine, other = {"village": "", "township": "", "household": "520100003"}, {"household": "520100004"}
    file = rows(
        {**HERE, **HEAD, **mine},
        {**HERE, **mine, "name": "吴一", "relation": "other"},
        {"name": "吴二", "relation": "head", **other},
    )
    assert fates(roster_store(source(ground.chen), file)) == ["wrong", "wrong", "new"]


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
    taken = [Row(row.sheet, row.number, row.values, taken=True) for row in told[:1]]
    assert fates(roster_store(source(ground.zhao), taken)) == ["new"]


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


def test_guessing_who_somebody_is_has_so_many_tries_a_day(ground, monkeypatch):
    from customers.services import roster

    mine = {**HERE, "household": "520100003", "village": "", "township": ""}
    roster_store(source(ground.chen), rows({**WIFE, "relation": "head"}, **mine))
    monkeypatch.setattr(roster, "DAILY_CAP", 2)
    guesses = [
        rows({**WIFE, "relation": "head", "birth_date": f"1975-02-0{day}"}, **mine) for day in (4, 5, 6, 3)
    ]
    assert [fates(roster_judge(source(ground.chen), guess)) for guess in guesses[:2]] == [["doubtful"]] * 2
    assert [fates(roster_judge(source(ground.chen), guess)) for guess in guesses[2:]] == [["wrong"]] * 2
    # who loads the bank's records holds them
    assert fates(roster_judge(source(ground.zhao), guesses[2])) == ["doubtful"]


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


def test_a_branch_hears_of_nobody_elsewhere_but_by_its_daily_answers(ground, monkeypatch):
    from customers.services import roster

    there = {**HERE, "village": "", "township": "", "household": "520100009"}
    roster_store(source(ground.zhao), rows(HEAD, **there))
    mine = rows({**HEAD, "household": "520100003"}, **{**HERE, "household": ""})
    assert household_list(actor=ground.zhao).get().grid == ground.root
    assert fates(roster_judge(source(ground.chen), mine)) == ["new"]
    found = roster_store(source(ground.chen), mine)
    assert fates(found) == ["wrong"]
    assert "曾小明" not in found[0].faults[0].sentence
    monkeypatch.setattr(roster, "DAILY_CAP", 1)
    fresh = rows(
        {**WIFE, "birth_date": "", "id_number": id_number(serial=222), "household": "520100004"},
        **{**HERE, "household": ""},
    )
    assert fates(roster_store(source(ground.chen), fresh)) == ["wrong"]
    assert Household.objects.visible_to(ground.zhao).count() == 1


def test_a_number_that_comes_later_says_who_he_was_until_yesterday(ground):
    roster_store(source(ground.zhao), rows({"name": "曾小明", "relation": "head"}, **HERE))
    Customer.objects.visible_to(ground.zhao).update(created_at="2026-01-05T08:00+08:00")
    assert fates(roster_store(source(ground.zhao), rows(HEAD, **HERE))) == ["changed"]
    head = customer_list(actor=ground.li).get()
    assert (head.birth_date, head.id_number, head.id_digest is not None) == (
        date(1970, 1, 1),
        HEAD["id_number"],
        True,
    )
    span = IdentitySpan.objects.visible_to(ground.li).get()
    assert (span.birth_date, span.id_digest, span.valid_from) == (None, "", date(2026, 1, 5))


def test_of_whom_an_account_counts_nobody_else_is_made(ground):
    roster_store(source(ground.zhao), rows(HEAD, WIFE, **HERE))
    Customer.objects.visible_to(ground.zhao).update(account_evidence=1, customer_since="2026-01-05")
    told = rows({**HEAD, "name": "曾晓明"}, {**WIFE, "occupation": "木匠"}, **HERE)
    assert fates(roster_store(source(ground.zhao), told)) == ["wrong", "changed"]
    assert customer_list(actor=ground.li).get(relation="head").name == "曾小明"


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


# of a chunk of new rows, however many; a portion of five hundred keys more is a query more for each look
QUERIES_AT_MOST = 18


def test_a_chunk_asks_a_fixed_number_of_queries(ground):
    def many(start, count):
        return rows(*[
            {**HERE, "household": f"5201{start + n // 2:07}", "name": f"王{n}", "relation": "head" if n % 2 == 0 else "spouse",
             "id_number": id_number(date(1960, 1, 1) + timedelta(days=start + n), 102)}
            for n in range(count)
        ])  # fmt: skip

    asked = []
    for start, count in ((0, 2), (100, 4), (1000, 80)):
        with CaptureQueriesContext(connection) as queries:
            roster_store(source(ground.zhao), many(start, count))
        asked.append(len(queries))
    assert asked[1] == asked[2] <= QUERIES_AT_MOST
