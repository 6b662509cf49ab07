"""What the database keeps of months: whom each row may be shown, and what no row may say."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from gridbank.scoping import UnscopedQueryError, waive_scope
from people.enums import Role
from people.models import User
from performance import services
from performance.models import (
    Earned,
    Fact,
    LateChange,
    Period,
    Run,
    Scheme,
    SchemeItem,
    Score,
    ScoreLine,
    Target,
)
from tests.factories import AssignmentFactory, GridFactory, UserFactory
from tests.performance.frozen import sql
from tests.performance.world import MONTH

SCOPED = (Period, Target, Run, Fact, Score, ScoreLine, Earned, LateChange)


def seen(model, actor):
    return set(model.objects.visible_to(actor))


def every(model):
    with waive_scope("a test reads every row"):
        return set(model.objects.all())


def without_grid(user):
    with waive_scope("a test takes somebody's grids"):
        user.assignments.all().delete()
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("model", SCOPED)
def test_nothing_is_read_without_a_reader(db, model):
    with pytest.raises(UnscopedQueryError):
        list(model.objects.all())


def test_a_month_and_its_computations_are_the_whole_banks_and_no_other_banks(cast, run):
    other = GridFactory(tier="head_office", parent=None)
    stranger = UserFactory(role=Role.HEAD_OFFICE)
    AssignmentFactory(user=stranger, grid=other)
    theirs = services.run_compute(bank=other, month=MONTH)
    for actor in (cast.zhao, cast.chen, cast.li, cast.wu):
        assert (seen(Period, actor), seen(Run, actor)) == ({run.period}, {run})
    assert (seen(Period, stranger), seen(Run, stranger)) == ({theirs.period}, {theirs})
    assert {score.subject_name for score in seen(Score, stranger)} == {other.name}


@pytest.mark.parametrize("role", [Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR])
def test_an_officer_sees_nothing_though_he_was_ranked_once(cast, published, role):
    cast.li.role = role
    cast.li.save()
    officer = User.objects.get(pk=cast.li.pk)
    assert [seen(model, officer) for model in SCOPED] == [set()] * len(SCOPED)


def test_who_was_blocked_sees_nothing(cast, published):
    cast.sun.is_active = False
    cast.sun.save()
    gone = without_grid(cast.sun)
    assert [seen(model, gone) for model in SCOPED] == [set()] * len(SCOPED)


def test_a_score_is_seen_above_beside_and_by_oneself(cast, run):
    names = {
        actor.username: {score.subject_name for score in seen(Score, actor)}
        for actor in (cast.zhao, cast.chen, cast.li, cast.wu)
    }
    east = {"李娜", "王磊", "孙静", "东支行"}
    assert names == {
        "zhao": east | {"吴峰", "西支行", "总行"},
        "chen": east,
        "li": east,
        "wu": {"吴峰", "西支行"},
    }


@pytest.mark.parametrize("peers", [False, True])
def test_points_are_seen_above_and_of_oneself_and_a_colleagues_where_the_bank_says_so(
    cast, run, settings, peers
):
    settings.PEERS_SEE_POINTS = peers
    east = {"李娜", "王磊", "孙静", "东支行"}
    names = {
        actor.username: {line.score.subject_name for line in seen(ScoreLine, actor)}
        for actor in (cast.zhao, cast.chen, cast.li, cast.wu)
    }
    assert names == {
        "zhao": east | {"吴峰", "西支行", "总行"},
        "chen": east,
        # one's branch is everybody's in it
        "li": east if peers else {"李娜", "东支行"},
        "wu": {"吴峰", "西支行"},
    }
    # of whom one line is seen, each is
    for actor in (cast.zhao, cast.chen, cast.li, cast.wu):
        assert seen(ScoreLine, actor) == {
            line for line in every(ScoreLine) if line.score.subject_name in names[actor.username]
        }


def test_facts_are_seen_by_who_has_the_grid_and_by_whom_they_credit(cast, run):
    facts = every(Fact)
    assert seen(Fact, cast.chen) == {fact for fact in facts if fact.branch_id == cast.east.pk}
    # who works elsewhere by now keeps sight of what credits him, beside what lies where he is
    with waive_scope("a test moves somebody"):
        cast.wu.assignments.update(valid_to=date(2026, 9, 30))
        cast.li.assignments.update(grid=cast.grid_wu, valid_from=date(2026, 10, 1))
    found = seen(Fact, cast.li)
    assert found == {fact for fact in facts if cast.li.pk == fact.staff_id or fact.grid_id == cast.grid_wu.pk}
    assert {fact.grid_id for fact in found} >= {cast.grid_li.pk, cast.grid_wu.pk}


def test_without_a_grid_ones_own_of_final_months_stays(cast, provisional):
    """They paid him; what is still to be published may change and is not his."""
    with waive_scope("a test ends an assignment when the month is over"):
        cast.sun.assignments.update(valid_to=date(2026, 9, 30))
    gone = User.objects.get(pk=cast.sun.pk)
    assert [seen(model, gone) for model in (Period, Score, ScoreLine, Fact)] == [set()] * 4
    services.period_publish(actor=cast.zhao, period=provisional)
    (own,) = seen(Score, gone)
    assert (own.subject_id, own.level) == (cast.sun.pk, "manager")
    assert seen(Period, gone) == {own.run.period}
    assert {line.score for line in seen(ScoreLine, gone)} == {own}
    assert {fact.staff_id for fact in seen(Fact, gone)} == {cast.sun.pk}
    assert (seen(Run, gone), seen(Target, gone)) == (set(), set())


def test_a_branch_whose_number_is_a_persons_is_not_his(cast, published):
    """Scores name people and branches by number in one column: the level tells them apart."""
    known = User.objects.filter(pk=cast.east.pk).first()
    same = without_grid(known or UserFactory(pk=cast.east.pk, role=Role.BRANCH_MANAGER))
    assert {score.level for score in seen(Score, same)} <= {"manager"}


def test_targets_and_late_changes_are_those_of_ones_grids(cast, published):
    (target,) = every(Target)
    change = LateChange.objects.create(
        period=published, grid=cast.grid_li, at=datetime(2026, 10, 9, tzinfo=UTC), subject_type="visits.visit",
        subject_id="x", changes={"met": [True, False]},
    )  # fmt: skip
    for actor in (cast.li, cast.chen, cast.zhao):
        assert (seen(Target, actor), seen(LateChange, actor)) == ({target}, {change})
    for actor in (cast.wang, cast.wu, without_grid(cast.sun)):
        assert (seen(Target, actor), seen(LateChange, actor)) == (set(), set())


def test_what_earned_is_nobodys_to_see(cast, published):
    assert every(Earned)
    assert seen(Earned, cast.zhao) == set()


def test_a_fact_is_kept_in_whole_millionths():
    fact = Fact(numerator_micros=333_333, denominator_micros=1_000_000)
    assert (fact.numerator, fact.denominator) == (Decimal("0.333333"), Decimal(1))
    assert Fact(numerator_micros=0, denominator_micros=1).denominator == Decimal("0.000001")


def refused(change):
    with waive_scope("a test writes what no row may say"), transaction.atomic():
        with (
            pytest.raises(DatabaseError, match=r"is frozen|is append-only|constraint|UNIQUE|overflow"),
            transaction.atomic(),
        ):
            change()


def scheme(**fields):
    return Scheme.objects.create(
        **{"code": "spring", "version": 1, "name": "春季", "effective_from": date(2026, 10, 1), **fields}
    )


def item(of, **fields):
    values = {"indicator": "new_customers", "position": 1, "weight": 10, "target": 8, "cap": 1}
    return SchemeItem.objects.create(scheme=of, **{**values, **fields})


def test_a_scheme_is_signed_by_another_than_its_maker(cast):
    refused(lambda: scheme(created_by=cast.zhao, activated_by=cast.zhao))
    assert scheme(created_by=cast.zhao, activated_by=cast.chen)
    refused(scheme)
    # a new installation's own, made by nobody
    assert scheme(version=2, activated_by=cast.zhao)


@pytest.mark.parametrize(
    "fields", [{"weight": Decimal("-0.01")}, {"cap": -1}, {"target": 0}, {"target": -1}, {"target": 10**8}]
)
def test_an_item_is_not_below_zero_and_its_target_above(cast, fields):
    one = scheme()
    refused(lambda: item(one, **fields))
    assert item(one, weight=0, cap=0, target=None)
    refused(lambda: item(one, position=2))


def test_a_month_is_one_of_its_bank_and_begins_on_a_first(cast, period):
    values = {"grid": cast.root, "scheme": period.scheme}
    refused(lambda: Period.objects.create(month=MONTH, **values))
    refused(lambda: Period.objects.create(month=date(2026, 10, 2), **values))
    assert Period.objects.create(month=date(2026, 10, 1), **values)


def test_what_is_final_is_somebodys_word(cast, period, second):
    for fields in (
        {"status": "published"}, {"status": "published", "published_by": cast.zhao, "current_run": None},
        {"status": "locked", "published_by": cast.zhao}, {"published_by": second, "locked_by": second},
    ):  # fmt: skip
        refused(lambda fields=fields: Period.objects.filter(pk=period.pk).update(**fields))
    with waive_scope("a test reads the month"):
        assert Period.objects.get(pk=period.pk).status == "provisional"


def test_a_run_a_score_and_a_line_stand_once(cast, open_run):
    values = {
        "grid": cast.root,
        "scheme": open_run.scheme,
        "kind": "closing",
        "as_of": MONTH,
        "rules_version": 1,
    }
    refused(lambda: Run.objects.create(period=open_run.period, attempt=1, **values))
    score = {"run": open_run, "level": "manager", "subject_id": cast.li.pk, "grid": cast.grid_li, "total": 1}
    first = Score.objects.create(subject_name="李娜", **score)
    refused(lambda: Score.objects.create(subject_name="李安娜", **score))
    assert Score.objects.create(subject_name="甲", **{**score, "level": "branch"})
    line = {
        "score": first,
        "indicator": "archive_rate",
        "numerator": 1,
        "denominator": 1,
        "weight": 1,
        "points": 1,
    }
    assert ScoreLine.objects.create(position=1, **line)
    refused(lambda: ScoreLine.objects.create(position=2, **line))


@pytest.mark.parametrize("name", ["numerator_micros", "denominator_micros"])
def test_a_fact_counts_nothing_below_zero(cast, open_run, name):
    values = {
        "run": open_run, "number": 1, "indicator": "new_customers", "staff_id": 1, "grid": cast.root, "day": MONTH,
        "source": "customer", "source_id": "1", "subject": "1", "numerator_micros": 0, "denominator_micros": 0,
    }  # fmt: skip
    refused(lambda: Fact.objects.create(**{**values, name: -1}))
    assert Fact.objects.create(**values)


def test_an_act_earns_once_by_an_indicator(cast, period):
    values = {"period": period, "source": "offer", "source_id": "5"}
    Earned.objects.create(indicator="marketing_success", **values)
    refused(lambda: Earned.objects.create(indicator="marketing_success", **values))
    assert Earned.objects.create(indicator="new_customers", **values)


@pytest.mark.parametrize("value", ["NaN", "-1", "0"])
def test_a_target_that_is_no_number_above_zero_is_refused_by_the_database(cast, provisional, value):
    if connection.vendor == "sqlite" and value == "NaN":
        # SQLite has no NaN: it stores NULL, which the column refuses
        value = "-0.5"
    refused(
        sql(
            "INSERT INTO performance_target (period_id, user_id, grid_id, indicator, value) "
            f"VALUES ({provisional.pk}, {cast.wang.pk}, {cast.grid_wang.pk}, 'archive_rate', '{value}')"
        )
    )


def test_rows_say_what_they_are(cast, run):
    assert (str(run.period), str(run), str(run.scheme)) == ("2026-09", "2026-09 #1", f"{run.scheme.name} v1")
    assert run.period.get_absolute_url() == reverse("performance:period", args=["2026-09"])
    assert str(Score(subject_name="李娜", total=Decimal("9.5"))) == "李娜 9.5"
