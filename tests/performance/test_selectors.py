"""Reading months: who is told which score speaks for him, how far the next place is, and what proofs found."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from audit.actions import Action
from audit.services import record
from gridbank.context import request_scope
from gridbank.scoping import OutOfSight, waive_scope
from jobs.models import JobRun
from people.enums import Role
from performance import selectors, services
from performance.enums import Level
from performance.models import LateChange, Score
from tests.factories import GridFactory, UserFactory
from tests.performance.world import MONTH

AUGUST, OCTOBER = date(2026, 8, 1), date(2026, 10, 1)


def month(cast, day):
    return services.run_compute(bank=cast.root, month=day).period


def names(rows):
    return [row.subject_name for row in rows]


def test_months_stand_newest_first_and_another_banks_are_not_there(cast, period):
    other = GridFactory(tier="head_office", parent=None)
    services.period_open(actor=None, bank=other, month=OCTOBER)
    august = month(cast, AUGUST)
    assert list(selectors.period_list(actor=cast.li)) == [period, august]
    assert list(selectors.period_list(actor=UserFactory(role=Role.HEAD_OFFICE))) == []


def test_a_month_is_found_by_its_day_or_is_out_of_sight(cast, period):
    assert selectors.period_of(actor=cast.li, month=MONTH) == period
    for actor, day in ((cast.li, OCTOBER), (UserFactory(), MONTH)):
        with pytest.raises(OutOfSight):
            selectors.period_of(actor=actor, month=day)


def test_the_latest_month_is_one_that_was_computed(cast, period):
    services.period_open(actor=None, bank=cast.root, month=OCTOBER)
    month(cast, AUGUST)
    assert selectors.latest_period(actor=cast.li) == period
    assert selectors.latest_period(actor=UserFactory()) is None


def test_a_list_of_months_reads_no_computations_inputs(cast, period, django_assert_num_queries):
    """A text of a hundred kilobytes for each month."""
    (found,) = selectors.period_list(actor=cast.zhao)
    name = period.scheme.name
    assert "inputs" in found.current_run.get_deferred_fields()
    with django_assert_num_queries(0):
        assert (found.grid, found.scheme.name, found.current_run.facts_count) == (
            cast.root, name, 45,
        )  # fmt: skip


def test_the_best_stand_first_and_who_is_not_ranked_last(cast, period):
    with waive_scope("test"):
        order = list(Score.objects.filter(run=period.current_run, level="manager").order_by("rank_bank"))
    assert list(selectors.ranking(actor=cast.zhao, period=period)) == order
    assert names(selectors.ranking(actor=cast.zhao, period=period, branch_id=cast.west.pk)) == ["吴峰"]
    assert names(selectors.ranking(actor=cast.zhao, period=period, peer_group="mars")) == []
    assert names(selectors.ranking(actor=cast.wu, period=period)) == ["吴峰"]
    assert set(names(selectors.ranking(actor=cast.zhao, period=period, level=Level.BRANCH))) == {
        "东支行",
        "西支行",
    }


def test_equal_people_are_listed_by_staff_number_and_unranked_ones_last(cast, open_run):
    values = {"run": open_run, "level": "manager", "grid": cast.grid_li, "total": 1}
    for number, staff_no, rank in ((1, "C", 1), (2, "A", None), (3, "B", 1), (4, "Z", 3)):
        Score.objects.create(
            subject_id=number, subject_name=staff_no, staff_no=staff_no, rank_bank=rank, **values
        )
    period = open_run.period
    period.current_run = open_run
    assert names(selectors.ranking(actor=cast.zhao, period=period)) == ["B", "C", "Z", "A"]


def test_a_month_that_was_not_computed_ranks_nobody(cast, run):
    period = services.period_open(actor=None, bank=cast.root, month=OCTOBER)
    assert list(selectors.ranking(actor=cast.zhao, period=period)) == []
    assert selectors.in_month(selectors.bare_ranking(actor=cast.zhao, period=period), period) == []
    assert selectors.lines_by_score(actor=cast.zhao, period=period, level=Level.MANAGER) == {}
    assert selectors.score_of(user=cast.li, period=period) is None
    assert selectors.headline(actor=cast.zhao, periods=[period]) == {}


def test_only_the_current_computation_is_read(cast, run):
    again = services.run_compute(bank=cast.root, month=MONTH, again=True)
    assert {score.run_id for score in selectors.current_scores(actor=cast.zhao)} == {again.pk}
    assert {score.run_id for score in selectors.score_list(actor=cast.zhao)} == {run.pk, again.pk}
    assert {score.run_id for score in selectors.ranking(actor=cast.zhao, period=again.period)} == {again.pk}


def test_bare_scores_take_the_month_that_was_read(cast, period, django_assert_num_queries):
    selectors.period_of(actor=cast.zhao, month=MONTH)
    rows = selectors.bare_ranking(actor=cast.zhao, period=period)
    with django_assert_num_queries(1):
        found = selectors.in_month(rows, period)
        assert {score.run.period for score in found} == {period}
    assert names(found) == names(selectors.ranking(actor=cast.zhao, period=period))


def test_lines_are_those_that_the_reader_sees_in_the_schemes_order(cast, period):
    found = selectors.lines_by_score(actor=cast.wu, period=period, level=Level.MANAGER)
    own = selectors.score_of(user=cast.wu, period=period)
    assert list(found) == [own.pk]
    lines = {line.indicator: line for line in own.lines.all()}
    assert list(found[own.pk]) == list(lines)
    for key, told in found[own.pk].items():
        assert (told.numerator, told.denominator, told.actual) == (
            lines[key].numerator, lines[key].denominator, lines[key].actual,
        )  # fmt: skip


def test_one_score_speaks_for_each(cast, period):
    spoken = {
        actor.username: names(selectors.headline(actor=actor, periods=[period]).values())
        for actor in (cast.zhao, cast.chen, cast.zhou, cast.li, cast.wu)
    }
    assert spoken == {
        "zhao": ["总行"],
        "chen": ["东支行"],
        "zhou": ["西支行"],
        "li": ["李娜"],
        "wu": ["吴峰"],
    }
    assert selectors.headline(actor=cast.zhao, periods=[]) == {}


@pytest.mark.parametrize("count", [1, 3])
def test_several_months_are_told_with_one_question(cast, period, django_assert_num_queries, count):
    months = [period, *(month(cast, date(2026, 8 - place, 1)) for place in range(count - 1))]
    with request_scope("test"), django_assert_num_queries(2):
        found = selectors.headline(actor=cast.chen, periods=months)
    assert {pk: score.run_id for pk, score in found.items()} == {one.pk: one.current_run_id for one in months}


def test_the_month_before_is_the_last_that_there_is(cast, period):
    scores = {
        name: selectors.score_list(actor=cast.zhao).get(subject_name=name) for name in ("李娜", "东支行")
    }
    for score in scores.values():
        assert selectors.previous_score(actor=cast.zhao, score=score) is None
    june = month(cast, date(2026, 6, 1))
    for name, score in scores.items():
        before = selectors.previous_score(actor=cast.zhao, score=score)
        assert (before.subject_name, before.run.period) == (name, june)
    assert selectors.previous_score(actor=cast.wu, score=scores["李娜"]) is None


def test_the_next_place_is_the_nearest_better_one_in_the_branch(cast, period):
    first, second, third = selectors.ranking(actor=cast.chen, period=period)
    assert selectors.gap_to_next(actor=cast.chen, score=first) is None
    gap = selectors.gap_to_next(actor=cast.chen, score=third)
    assert (gap.rank, gap.points) == (second.rank_branch, second.total - third.total)
    assert gap.points > 0
    assert selectors.gap_to_next(actor=cast.wu, score=selectors.score_of(user=cast.wu, period=period)) is None
    branch = selectors.ranking(actor=cast.chen, period=period, level=Level.BRANCH)[0]
    assert selectors.gap_to_next(actor=cast.chen, score=branch) is None


def test_a_tie_is_no_better_place_and_who_is_not_ranked_is_none(cast, open_run):
    values = {"run": open_run, "level": "manager", "grid": cast.grid_li, "branch_id": cast.east.pk}
    rows = [
        Score.objects.create(
            subject_id=number, subject_name=str(number), total=Decimal(total), rank_branch=rank, **values
        )
        for number, total, rank in ((1, 9, None), (2, 7, 1), (3, 5, 2), (4, 5, 2))
    ]
    found = [selectors.gap_to_next(actor=cast.chen, score=score) for score in rows]
    assert found == [None, None, selectors.Gap(1, Decimal(2)), selectors.Gap(1, Decimal(2))]


def test_a_ranking_goes_on_behind_a_score(cast, period):
    ordered = list(selectors.ranking(actor=cast.zhao, period=period))
    for place, score in enumerate(ordered, start=1):
        rest = selectors.ranked_after(selectors.ranking(actor=cast.zhao, period=period), score.pk)
        assert list(rest) == ordered[place:]
    rows = selectors.ranking(actor=cast.wu, period=period)
    stranger = next(score for score in ordered if score.subject_id == cast.li.pk)
    assert list(selectors.ranked_after(rows, stranger.pk)) == []
    assert list(selectors.ranked_after(rows, None)) == list(rows)


def test_the_rows_behind_a_number_go_on_behind_one_of_them(cast, period):
    score = selectors.score_of(user=cast.li, period=period)
    rows = [row.number for row in selectors.fact_list(actor=cast.li, score=score, indicator="archive_rate")]
    assert len(rows) == 4

    def behind(number):
        found = selectors.fact_list(actor=cast.li, score=score, indicator="archive_rate", after=number)
        return [row.number for row in found]

    assert [behind(number) for number in rows] == [rows[1:], rows[2:], rows[3:], []]
    assert (behind(0), behind(10**9)) == (rows, [])


def test_the_rows_behind_a_number_add_up_to_it(cast, period):
    for actor, level in ((cast.li, Level.MANAGER), (cast.chen, Level.BRANCH), (cast.zhao, Level.BANK)):
        for score in selectors.ranking(actor=actor, period=period, level=level):
            if level == Level.MANAGER and score.subject_id != actor.pk:
                continue
            for line in score.lines.all():
                rows = list(selectors.fact_list(actor=actor, score=score, indicator=line.indicator))
                assert sum((row.numerator for row in rows), Decimal(0)) == line.numerator
                assert sum((row.denominator for row in rows), Decimal(0)) == line.denominator
                assert [row.number for row in rows] == sorted(row.number for row in rows)


def test_there_are_no_rows_behind_what_was_not_counted(cast, period):
    score = selectors.score_of(user=cast.li, period=period)
    for indicator in ("rain", "", "new_customers"):
        assert list(selectors.fact_list(actor=cast.li, score=score, indicator=indicator)) == []


def test_a_trend_is_of_final_months_oldest_first(cast, period):
    june, july = month(cast, date(2026, 6, 1)), month(cast, date(2026, 7, 1))
    assert selectors.trend(actor=cast.zhao, level=Level.BANK) == []
    for one in (june, july, period):
        services.period_publish(actor=cast.zhao, period=one)
    month(cast, OCTOBER)

    def months(actor=cast.zhao, **wanted):
        return [point.month for point in selectors.trend(actor=actor, **wanted)]

    assert months(level=Level.BANK) == [june.month, july.month, MONTH]
    assert months(level=Level.BANK, months=2) == [july.month, MONTH]
    assert months(level=Level.MANAGER, subject_id=cast.li.pk) == [june.month, july.month, MONTH]
    assert months(cast.wu, level=Level.MANAGER, subject_id=cast.li.pk) == []
    point = selectors.trend(actor=cast.li, level=Level.MANAGER, subject_id=cast.li.pk)[-1]
    score = selectors.score_of(user=cast.li, period=period)
    assert (point.total, point.actuals) == (
        score.total,
        {line.indicator: line.actual for line in score.lines.all()},
    )


def test_changes_to_a_final_month_are_told_to_whom_they_concern(cast, published):
    with waive_scope("test"):
        rows = [
            LateChange.objects.create(
                period=published, grid=grid, at=f"2026-10-0{day}T00:00Z", subject_type="visits.visit", subject_id="x",
                changes={},
            )
            for day, grid in ((1, cast.grid_li), (3, cast.grid_wu), (2, cast.grid_li))
        ]  # fmt: skip
    assert list(selectors.late_changes(actor=cast.zhao, period=published)) == [rows[1], rows[2], rows[0]]
    assert list(selectors.late_changes(actor=cast.li, period=published)) == [rows[2], rows[0]]
    assert list(selectors.late_changes(actor=cast.zhao, period=month(cast, AUGUST))) == []


def failed(bank, differences=("rows",)):
    return JobRun.objects.create(
        kind=selectors.VERIFY, subject=selectors.job_subject(bank, MONTH), bank_id=bank.pk, status=JobRun.Status.DONE,
        requested_at=timezone.now(), result={"ok": False, "differences": list(differences)},
    )  # fmt: skip


def test_what_a_proof_found_broken_is_told_to_head_office_and_the_auditor(cast):
    other = GridFactory(tier="head_office", parent=None)
    failed(cast.root, ["facts", "rows"])
    failed(other)
    auditor = UserFactory(role=Role.AUDITOR)
    (told,) = selectors.alarms(actor=cast.zhao)
    assert f"{cast.root.code}:2026-09" in told
    assert "facts, rows" in told
    assert len(selectors.alarms(actor=auditor)) == 2
    for actor in (cast.chen, cast.li, UserFactory(role=Role.SECADMIN)):
        assert selectors.alarms(actor=actor) == []


def test_an_alarm_of_the_trail_lasts_until_it_is_proven_again(cast):
    record(actor=None, action=Action.TRAIL_BROKEN, changes={"breaks": ["一", "二", "三", "四"]})
    (told,) = selectors.alarms(actor=cast.zhao)
    assert "一; 二; 三" in told
    assert "四" not in told
    record(actor=None, action=Action.TRAIL_PROVED, changes={})
    assert selectors.alarms(actor=cast.zhao) == []


def test_a_job_is_found_by_the_month_it_is_about(cast, period):
    assert selectors.job_of(period=period, kind=selectors.VERIFY) is None
    job = services.request_verification(actor=cast.zhao, period=period)
    assert selectors.job_of(period=period, kind=selectors.VERIFY) == job
    assert selectors.job_of(period=month(cast, AUGUST), kind=selectors.VERIFY) is None


@pytest.mark.parametrize(
    ("day", "visits", "offers"), [(4, 0, (1, 1)), (5, 1, (1, 1)), (12, 2, (1, 1)), (31, 2, (1, 1))]
)
def test_what_a_month_had_counted_by_a_day(cast, period, day, visits, offers):
    score = selectors.score_of(user=cast.li, period=period)
    found = selectors.same_part(actor=cast.li, before=score, day=date(2026, 10, day))
    # of four households, all of which are asked for on every day; archives and apps bear no day
    assert found["visit_coverage"] == (Decimal(visits), Decimal(4))
    assert found["marketing_success"] == tuple(map(Decimal, offers))
    assert set(found) == {"visit_coverage", "marketing_success", "new_customers"}


def test_a_person_a_branch_and_the_bank_had_counted_their_own(cast, period, django_assert_num_queries):
    scores = selectors.score_list(actor=cast.zhao).filter(run=period.current_run)
    day = date(2026, 10, 31)
    for level, name, met in (("branch", "东支行", 4), ("branch", "西支行", 0), ("bank", "总行", 4)):
        score = scores.get(level=level, subject_name=name)
        found = selectors.same_part(actor=cast.zhao, before=score, day=day)
        line = next(line for line in score.lines.all() if line.indicator == "visit_coverage")
        assert (
            found["visit_coverage"] == (line.numerator, line.denominator) == (Decimal(met), line.denominator)
        )
    # the whole bank's has a million facts: it is added up once
    with django_assert_num_queries(0):
        assert selectors.same_part(actor=cast.zhao, before=score, day=day) == found


def test_only_the_month_right_before_is_compared(cast, period):
    score = selectors.score_of(user=cast.li, period=period)
    month(cast, date(2026, 7, 1))
    assert selectors.month_earlier(actor=cast.li, score=score) is None
    august = month(cast, AUGUST)
    assert selectors.month_earlier(actor=cast.li, score=score).run.period == august


def test_places_of_the_month_before_are_those_that_the_reader_sees(cast, period):
    own = selectors.score_of(user=cast.li, period=period)
    later = services.period_open(actor=None, bank=cast.root, month=OCTOBER)
    subjects = [cast.li.pk, cast.wu.pk]
    found = selectors.places_before(actor=cast.zhao, period=later, level=Level.MANAGER, subjects=subjects)
    assert set(found) == set(subjects)
    assert found[cast.li.pk] == selectors.Place(own.rank_bank, own.rank_branch, own.rank_peer)
    seen = selectors.places_before(actor=cast.wu, period=later, level=Level.MANAGER, subjects=subjects)
    assert set(seen) == {cast.wu.pk}
    assert (
        selectors.places_before(actor=cast.zhao, period=period, level=Level.MANAGER, subjects=subjects) == {}
    )
