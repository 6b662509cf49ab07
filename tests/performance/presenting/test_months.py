"""What the ranking pages show: put together for each reader, and nothing of it beyond what he may know."""

from datetime import UTC, date, datetime
from functools import partial

import pytest
from django.urls import reverse

from customers.models import Customer
from customers.services import death_record
from gridbank.scoping import waive_scope
from jobs import running
from jobs.models import JobRun
from performance import selectors, services
from performance.forms import RankingForm
from performance.models import LateChange
from performance.presenting import months
from tests.performance.world import MONTH, visit


def page(actor, period, **asked):
    period = selectors.period_of(actor=actor, month=period.month)
    return months.month(actor=actor, period=period, form_of=partial(RankingForm, asked))


def names(rows):
    return [row.subject_name for row in rows]


def test_each_month_stands_beside_the_score_that_speaks_for_the_reader(cast, period):
    empty = services.period_open(actor=None, bank=cast.root, month=date(2026, 10, 1))
    shown = months.months(actor=cast.li, periods=[empty, period])["months"]
    assert [(row["period"], row["score"] and row["score"].subject_name) for row in shown] == [
        (empty, None), (period, "李娜"),
    ]  # fmt: skip


EAST, WEST = {"李娜", "王磊", "孙静"}, {"吴峰"}


@pytest.mark.parametrize(
    ("who", "asked", "shown"),
    [
        ("zhao", {}, ("bank", EAST | WEST)),
        ("zhao", {"branch": "west"}, ("branch", WEST)),
        ("zhao", {"group": "own"}, ("peer", EAST | WEST)),
        ("zhao", {"group": "own", "branch": "west"}, ("peer", WEST)),
        ("zhao", {"group": "mars"}, ("bank", EAST | WEST)),
        ("chen", {}, ("branch", EAST)),
        ("chen", {"group": "own"}, ("branch", EAST)),
        ("zhou", {"branch": "east"}, ("branch", WEST)),
        ("li", {}, ("branch", EAST)),
    ],
)
def test_places_are_those_of_the_part_that_is_shown(cast, period, who, asked, shown):
    """Whoever isn't of head office reads places within his branch, whatever he asks for."""
    with waive_scope("test"):
        group = period.current_run.scores.get(subject_id=cast.wu.pk, level="manager").peer_group
    known = {"west": cast.west.pk, "east": cast.east.pk, "own": group}
    asked = {name: known.get(value, value) for name, value in asked.items()}
    found = page(getattr(cast, who), period, **asked)
    assert (found["scope"], set(names(found["rows"]))) == shown


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("zhao", {"can_refresh": True, "can_publish": True, "can_verify": True, "can_export": True}),
        ("chen", {"can_refresh": False, "can_publish": False, "can_verify": False, "can_export": True}),
        ("li", {"can_refresh": False, "can_publish": False, "can_verify": False, "can_export": False}),
    ],
)
def test_only_what_one_may_do_is_offered(cast, period, who, may):
    found = page(getattr(cast, who), period)
    assert {name: found[name] for name in may} == may
    assert not found["can_lock"]


def test_a_month_that_was_not_computed_has_nothing_to_prove_or_export(cast):
    period = services.period_open(actor=None, bank=cast.root, month=MONTH)
    found = page(cast.zhao, period)
    assert (found["run"], list(found["rows"]), found["branches"], found["own"]) == (None, [], [], None)
    assert not any(found[name] for name in ("can_verify", "can_export", "can_publish", "can_lock"))
    assert found["can_refresh"]


def test_a_branchs_people_have_a_score_of_their_own_on_top(cast, period):
    assert page(cast.li, period)["own"]["row"].score.subject_name == "李娜"
    # she is not ranked
    assert page(cast.chen, period)["own"] is None
    assert page(cast.zhao, period)["own"] is None


def test_work_under_way_and_work_that_failed_are_told_apart(cast, period):
    assert (page(cast.zhao, period)["job"], page(cast.zhao, period)["failed"]) == (None, False)
    job = services.request_month(actor=cast.zhao, bank=cast.root, month=MONTH, again=True)
    assert (page(cast.zhao, period)["job"], page(cast.zhao, period)["failed"]) == (job, False)
    JobRun.objects.filter(pk=job.pk).update(status=JobRun.Status.FAILED)
    assert (page(cast.zhao, period)["job"], page(cast.zhao, period)["failed"]) == (None, True)


def test_a_proof_is_head_offices_to_read(cast, period):
    job = services.request_verification(actor=cast.zhao, period=period)
    assert running.run(job.pk)
    assert page(cast.zhao, period)["proof"].result["ok"] is True
    assert page(cast.chen, period)["proof"] is None


def test_who_died_or_moved_is_told_before_the_month_is_published(client, cast, period):
    """Li tells alone that everybody whom she didn't meet has died: whoever publishes sees it, with how many."""
    with waive_scope("test"):
        for person in Customer.objects.filter(household__grid=cast.grid_li, birth_date=date(1980, 5, 5))[:3]:
            death_record(actor=cast.li, customer=person, day=date(2026, 9, 25))
    found = page(cast.zhao, period)
    (told,) = found["turned"]
    assert (told.turn, told.count, told.grid, told.by, found["turned_count"]) == (
        "died", 3, cast.grid_li, cast.li, 3,
    )  # fmt: skip
    client.force_login(cast.zhao)
    shown = " ".join(client.get(period.get_absolute_url()).text.split())
    assert "3 人的登记变动影响计分" in shown
    assert page(cast.wu, period)["turned"] == []


def test_an_open_month_has_no_late_arrivals(cast, period):
    assert "late" not in page(cast.zhao, period)


def test_what_came_too_late_is_counted_for_what_one_sees(cast, period):
    services.period_publish(actor=cast.zhao, period=period)
    with waive_scope("test"):
        stranger = Customer.objects.filter(household__grid=cast.grid_wu).first()
    visit(cast.wu, stranger, 30, is_late=True)
    visit(cast.wu, stranger, 29)
    # the fixed month has one of Li's
    assert {who: page(getattr(cast, who), period)["late"] for who in ("zhao", "chen", "zhou", "li", "wang")} == {
        "zhao": 2, "chen": 1, "zhou": 1, "li": 1, "wang": 0,
    }  # fmt: skip
    assert (
        page(cast.zhao, period)["late_url"]
        == f"{reverse('visits:list')}?since=2026-09-01&until=2026-09-30&late=on"
    )


def late(period, grid, **fields):
    values = {
        "subject_type": "visits.visit",
        "subject_id": "0b9f1f6e-6a0c-4c1e-9b1e-3f6f0b1f2a11",
        "changes": {},
    }
    at = datetime(2026, 10, 9, tzinfo=UTC)
    return LateChange.objects.create(period=period, grid=grid, at=at, **{**values, **fields})


def test_a_change_is_told_in_words_with_what_stood_and_what_stands(cast, published):
    late(
        published,
        cast.grid_li,
        changes={"met": [True, False], "day": ["2026-09-05", None], "offers": ["1 / 2", "0 / 2"]},
    )
    (told,) = page(cast.li, published)["late_changes"]
    assert str(told["what"]) == "走访"
    assert told["url"] == "/visits/0b9f1f6e-6a0c-4c1e-9b1e-3f6f0b1f2a11/"
    assert sorted((field["old"], field["new"]) for field in told["fields"]) == sorted(
        [("是", "否"), ("2026-09-05", "–"), ("1 / 2", "0 / 2")]
    )
    assert all(str(field["name"]) not in {"met", "day", "offers"} for field in told["fields"])
    assert page(cast.wu, published)["late_changes"] == []


def test_what_has_no_page_and_no_word_is_told_as_it_is(cast, published):
    """A room that begins to tell of its changes is listed before the pages know it."""
    late(published, cast.grid_li, subject_type="herds.herd", subject_id="7", changes={"cows": [2, 3]})
    (told,) = page(cast.li, published)["late_changes"]
    assert (told["what"], told["url"]) == ("herds.herd", "")
    assert told["fields"] == [{"name": "cows", "old": "2", "new": "3"}]


def test_of_many_changes_the_newest_are_told_and_all_are_counted(cast, published, monkeypatch):
    monkeypatch.setattr(months, "LISTED", 2)
    rows = [late(published, cast.grid_li) for _n in range(3)]
    found = page(cast.zhao, published)
    assert [told["row"] for told in found["late_changes"]] == [rows[2], rows[1]]
    assert found["late_changes_count"] == 3


def test_a_score_is_told_with_what_it_would_take_and_what_changed(cast, period):
    services.run_compute(bank=cast.root, month=date(2026, 8, 1))
    first, second, *_rest = selectors.ranking(actor=cast.chen, period=period)
    best, next_one = (months.score(actor=cast.li, score=score) for score in (first, second))
    assert (best["gap"], best["is_own"], best["sees_bank_rank"]) == (None, True, True)
    assert {line.needed for line in best["lines"]} == {None}
    assert next_one["gap"].points == first.total - second.total
    assert (next_one["is_own"], next_one["sees_bank_rank"]) == (False, False)
    before = selectors.previous_score(actor=cast.li, score=first)
    assert best["change"] == first.total - before.total
    assert sum(line.change for line in best["lines"]) == best["change"]


def test_a_first_month_has_nothing_before_it(cast, period):
    found = months.score(actor=cast.li, score=selectors.score_of(user=cast.li, period=period))
    assert (found["before"], found["change"]) == (None, None)
    assert {line.change for line in found["lines"]} == {None}


def test_a_computation_that_was_superseded_says_so(cast, run):
    old = selectors.score_of(user=cast.li, period=run.period)
    assert months.score(actor=cast.li, score=old)["is_current"]
    services.run_compute(bank=cast.root, month=MONTH, again=True)
    again = selectors.score_list(actor=cast.li).get(pk=old.pk)
    assert not months.score(actor=cast.li, score=again)["is_current"]
