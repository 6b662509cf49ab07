"""A roster of whatever files there are: each row goes in once, in one place, or says why not."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Customer, Household, IdentitySpan
from customers.selectors import customer_list, household_list
from customers.services import persons_merge
from customers.services.asking import asked_today
from customers.services.roster import roster_judge, roster_store
from customers.services.roster_undo import roster_undo
from exchange.sheets import Stored
from tests.customers.numbers import id_number
from tests.customers.rosters import CHILD, HEAD, HERE, TODAY, WIFE, fates, rows, source


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


MINE = {**HERE, "household": "520100003", "village": "", "township": ""}
ELSEWHERE = {**MINE, "household": "520100077"}
STRANGER = {"name": "测试甲", "relation": "head"}
NUMBER = {"id_number": HEAD["id_number"]}
PAST = TODAY - timedelta(days=9_000)


@pytest.mark.parametrize(
    ("told", "as_of", "fate", "counted"),
    [
        # right household and name: it is he who is told of
        ({**MINE, **HEAD}, TODAY, "unchanged", 0),
        ({**HERE, **HEAD, "household": ""}, TODAY, "unchanged", 0),
        ({**MINE, **HEAD, "household": ""}, TODAY, "unchanged", 1),
        ({**ELSEWHERE, **HEAD}, TODAY, "wrong", 1),
        # another number beside his own, under his name
        ({**MINE, **HEAD, "relation": "other", "id_number": id_number(serial=444)}, TODAY, "doubtful", 1),
        # the phone of whom the name names
        ({**MINE, "name": HEAD["name"], "phone": "13800000002"}, TODAY, "changed", 1),
        ({**MINE, "name": HEAD["name"], "phone": "13800000002"}, PAST, "waiting", 1),
        ({**MINE, "name": HEAD["name"], "phone": HEAD["phone"]}, PAST, "unchanged", 0),
        ({**MINE, **HEAD, "phone": "13800000002"}, TODAY, "changed", 1),
        # who looks like somebody of the household
        ({**MINE, "name": "曾小铭", "relation": "other", "birth_date": "1970-01-01"}, TODAY, "doubtful", 1),
        ({**ELSEWHERE, **STRANGER, "id_number": id_number(serial=444)}, TODAY, "new", 0),
    ],
)
@pytest.mark.parametrize("asks", [roster_judge, roster_store])
def test_what_tells_of_a_number_that_nothing_else_of_the_row_backs_is_a_guess(  # noqa: PLR0917  a case
    ground, asks, told, as_of, fate, counted
):
    roster_store(source(ground.chen), rows(HEAD, **MINE))
    Household.objects.visible_to(ground.chen).update(area=ground.grid_li.area)
    outcome = asks(source(ground.chen, as_of=as_of), rows(told))
    assert (fates(outcome), asked_today(ground.chen)) == ([fate], counted)
    assert not any(HEAD["name"] in fault.sentence for one in outcome for fault in one.faults)


OTHER_NUMBER = {"id_number": id_number(serial=444)}
BORN = HEAD | {"id_number": "", "birth_date": "1970-01-01"}
HEAD_15 = HEAD["id_number"][:6] + HEAD["id_number"][8:17]
# each way in which a row reaches somebody whose number isn't told: what the row says, the day of the file, what he is
REACHED = {
    "by number": ({**MINE, **HEAD}, TODAY, {}),
    "by the old form of his number": ({**MINE, **HEAD, "id_number": HEAD_15}, TODAY, {}),
    "by number, under another sign": ({**MINE, **HEAD, "name": "曾晓明"}, TODAY, {}),
    "by number alone": ({**MINE, **HEAD, "household": ""}, TODAY, {}),
    "in another household": ({**ELSEWHERE, **HEAD}, TODAY, {}),
    "by name": ({**MINE, **BORN, "birth_date": ""}, TODAY, {}),
    "by name and day": ({**MINE, **BORN}, TODAY, {}),
    "by name and day, in another household": ({**ELSEWHERE, **BORN}, TODAY, {}),
    "by name and day, in another village": ({**ELSEWHERE, **BORN, "village": "新联村", "township": "通州"}, TODAY, {}),
    "changed since": ({**MINE, **HEAD}, PAST, {}),
    "dead": ({**MINE, **HEAD}, TODAY, {"died_on": TODAY}),
    "restricted": ({**MINE, **HEAD}, TODAY, {"restricted_at": timezone.now()}),
    "counted": ({**MINE, **HEAD, "name": "曾晓明"}, TODAY, {"customer_since": TODAY}),
    "a child now": ({**MINE, **HEAD, "guardian": "没这人"}, TODAY, {}),
}  # fmt: skip


@pytest.mark.parametrize("asks", [roster_judge, roster_store])
@pytest.mark.parametrize("way", REACHED)
def test_a_phone_beside_the_one_that_stands_counts_or_is_answered_as_any_other(ground, asks, way):
    """Whichever way a row reaches somebody: of ten thousand phones in ten thousand files none tells which one is his."""
    told, as_of, state = REACHED[way]
    roster_store(source(ground.chen), rows(HEAD, **MINE))
    Household.objects.visible_to(ground.chen).update(area=ground.grid_li.area)
    Customer.objects.visible_to(ground.chen).update(**state)
    answers, counted = {}, {}
    for phone in ("13800000002", HEAD["phone"]):
        before = asked_today(ground.chen)
        with transaction.atomic():
            (found,) = asks(source(ground.chen, as_of=as_of), rows({**told, "phone": phone}))
            counted[phone] = asked_today(ground.chen) - before
            transaction.set_rollback(True)
        answers[phone] = (found.fate, found.faults)
    assert counted["13800000002"] >= 1 or answers["13800000002"] == answers[HEAD["phone"]]


@pytest.mark.parametrize(
    ("told", "as_of"),
    [
        ({**MINE, **STRANGER}, TODAY),
        ({**MINE, **STRANGER, "relation": "other"}, PAST),
        ({**ELSEWHERE, **STRANGER}, TODAY),
        ({**HERE, **STRANGER, "household": "", "township": "通州"}, TODAY),
    ],
)
def test_a_number_under_another_name_is_as_nobodys_until_it_is_stored(ground, told, as_of):
    roster_store(source(ground.chen), rows(HEAD, **MINE))
    judged = [
        roster_judge(source(ground.chen, as_of=as_of), rows({**told, **number}))
        for number in (NUMBER, OTHER_NUMBER)
    ]
    assert judged[0] == judged[1]
    assert asked_today(ground.chen) == 0
    stored = roster_store(source(ground.chen, as_of=as_of), rows({**told, **NUMBER}))
    assert fates(stored) == ["wrong"]
    assert asked_today(ground.chen) == 1
    assert not any(HEAD["name"] in fault.sentence for one in stored for fault in one.faults)
    # who holds the bank's records is told at once
    assert roster_judge(source(ground.zhao, as_of=as_of), rows({**told, **NUMBER})) != judged[0]


@pytest.mark.parametrize("state", ["told of", "dead", "twice"])
def test_numbers_beside_somebodys_own_are_counted_each(ground, state):
    """Whichever way his row went: told of without a number first, or he has died, or another is called so."""
    roster_store(source(ground.chen), rows(HEAD, **MINE))
    person = Customer.objects.visible_to(ground.chen).get()
    first = []
    if state == "told of":
        first = [{"name": HEAD["name"], "relation": "head", "occupation": "木匠"}]
    if state == "dead":
        Customer.objects.visible_to(ground.chen).filter(pk=person.pk).update(died_on=TODAY)
    if state == "twice":
        namesake = {"name": HEAD["name"], "relation": "other", "birth_date": "1990-03-03"}
        roster_store(source(ground.zhao), rows(namesake, **MINE))
    tries = [
        {"name": HEAD["name"], "relation": "other", "id_number": id_number(serial=600 + 2 * n)}
        for n in range(5)
    ]
    roster_judge(source(ground.chen), rows(*first, *tries, **MINE))
    assert asked_today(ground.chen) == 5


def test_a_file_that_tries_numbers_under_one_name_is_no_roster(ground):
    """Whatever sign the name is written with, and wherever its people are said to live."""
    roster_store(source(ground.chen), rows(HEAD, **MINE))
    tries = [
        {**ELSEWHERE, "household": f"5202{n:05}", "name": "曾晓明" if n % 2 else "曾小明", "relation": "head",
         "id_number": id_number(serial=200 + 2 * n)}
        for n in range(40)
    ]  # fmt: skip
    tries[7] |= NUMBER
    found = roster_judge(source(ground.chen), rows(*tries))
    assert {tuple(one.faults) for one in found} == {tuple(found[0].faults)}
    assert fates(found) == ["wrong"] * 40
    assert asked_today(ground.chen) == 0
    assert fates(roster_judge(source(ground.chen), rows(*tries[:7]))) == ["new"] * 7


def test_the_number_of_an_archive_that_went_into_another_is_told_where_that_lies(ground):
    home = {**MINE, "household": "520100009"}
    roster_store(source(ground.chen), rows(HEAD, **MINE))
    roster_store(source(ground.zhao), rows({**HEAD, **OTHER_NUMBER}, **home))
    keep, gone = Customer.objects.visible_to(ground.zhao).order_by("pk")
    persons_merge(
        actor=ground.zhao, customer=keep, merged=gone, versions=(keep.version, gone.version), taken=(), reason="核对",
    )  # fmt: skip
    strangers = rows({**ELSEWHERE, **STRANGER, **OTHER_NUMBER})
    his = rows({**ELSEWHERE, **HEAD, **OTHER_NUMBER})
    assert fates(roster_judge(source(ground.chen), strangers)) == ["new"]
    assert asked_today(ground.chen) == 0
    assert fates(roster_judge(source(ground.chen), his)) == ["wrong"]
    assert asked_today(ground.chen) == 1
    # stored, nobody is let in twice
    assert fates(roster_store(source(ground.chen), strangers)) == ["wrong"]
    assert asked_today(ground.chen) == 2


def test_days_of_birth_are_not_told_by_who_looks_alike(ground):
    """Of the days of a year of age each is as good as another."""
    roster_store(source(ground.chen), rows({**WIFE, "relation": "head"}, **MINE))
    days = [date(TODAY.year - 46, 12, 31), date(TODAY.year - 45, 1, 1), date(TODAY.year - 45, 1, 2)]
    Customer.objects.visible_to(ground.chen).update(birth_date=days[1])
    likely = []
    for born in days[1:]:
        told = rows({"name": "李海", "relation": "other", "birth_date": f"{born}"}, **MINE)
        (found,) = roster_judge(source(ground.chen), told)
        likely.append((found.fate, found.faults[0].sentence))
    assert likely[0] == likely[1]


def test_beyond_the_daily_answers_no_row_tells_whether_it_met_somebody(ground, monkeypatch):
    from customers.services import roster

    roster_store(source(ground.chen), rows(HEAD, WIFE, **MINE))
    monkeypatch.setattr(roster, "DAILY_CAP", 1)
    fresh = [
        {**ELSEWHERE, **STRANGER, "household": f"52010008{n}", "id_number": id_number(serial=500 + 2 * n)}
        for n in range(3)
    ]
    met = {**ELSEWHERE, **STRANGER, "name": HEAD["name"], **NUMBER}
    file = rows(fresh[0], met, fresh[1], {**met, "household": "520100078"}, {**fresh[2], "id_number": ""})
    found = roster_judge(source(ground.chen), file)
    assert fates(found) == ["new", "wrong", "wrong", "wrong", "new"]
    assert ("520100003" in found[1].faults[0].sentence, found[2].faults) == (True, found[3].faults)
    assert asked_today(ground.chen) == 1
    # two in one household where one answer is left: what waits is an answer as well
    monkeypatch.setattr(roster, "DAILY_CAP", 2)
    two = rows(
        {**HEAD, "relation": "other", **OTHER_NUMBER},
        {"name": "李海", "relation": "other", "birth_date": WIFE["birth_date"]},
        **MINE,
    )
    assert fates(roster_judge(source(ground.chen), two)) == ["wrong"] * 2
    assert asked_today(ground.chen) == 2


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


def test_who_brought_a_file_hears_no_more_of_it_when_head_office_has_it_done(ground):
    there = {**HERE, "village": "", "township": "", "household": "520100009"}
    roster_store(source(ground.zhao), rows(HEAD, **there))
    others = source(ground.zhao, brought_by=ground.chen)
    mine = rows({**HEAD, **STRANGER, **NUMBER, "household": "520100003"}, **{**HERE, "household": ""})
    told = rows({**STRANGER}, **there)
    assert fates(roster_judge(source(ground.zhao), mine)) == ["wrong"]
    for file in (mine, told):
        assert roster_judge(others, file) == roster_judge(source(ground.chen), file)
        assert roster_store(others, file)[0].faults == roster_store(source(ground.chen), file)[0].faults
    assert (asked_today(ground.chen), asked_today(ground.zhao)) == (2, 0)


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
