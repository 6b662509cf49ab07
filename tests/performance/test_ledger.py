"""What empties a base, hastes, or changes what was signed: listed before somebody publishes, refused, or found.

As the accountant went through it: each would have been paid, and nobody told.
"""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import models

from audit.verification import verify
from customers.models import Claim
from customers.services import household_update
from customers.services.restricting import restriction_lift, restriction_set
from customers.services.roster import roster_store
from customers.services.roster_undo import roster_undo
from exchange.sheets import Row, Stored
from gridbank.errors import Refused
from gridbank.scoping import waive_scope
from grids import services as grid_services
from performance import facts, services
from performance.models import SchemeItem, Target
from performance.plausibility import look_at, seal_of
from performance.services.schemes import ItemSpec
from tests.customers.rosters import source
from tests.factories import AreaFactory, ProductFactory, UserFactory
from tests.grids.telling import tell_of_assignments
from tests.performance.test_recipes import DAY, LAST, PAGE, at, log, odd, offer, on, turned
from tests.performance.world import MONTH, customer, household
from tests.visits.bodies import visit_json
from visits.models import Visit
from visits.services import visit_correct
from visits.services.correct import NotCorrected

AFTER = date(2026, 10, 2)


@pytest.fixture
def people(cast):
    return [customer(household(cast.grid_li), relation="head") for _ in range(12)]


@pytest.fixture
def qian(cast):
    """Somebody else of head office, who leads with zhao."""
    tell_of_assignments()
    user = UserFactory(username="qian", name="钱进", role="head_office")
    grid_services.assignment_start(
        actor=None, grid=cast.root, user=user, part="deputy", valid_from=date(2026, 8, 1)
    )
    return user


def share(cast, indicator="visit_coverage"):
    run = services.run_compute(bank=cast.root, month=MONTH, again=True)
    rows = [row for row in facts.sums_of(run.pk) if (row.indicator, row.staff_id) == (indicator, cast.li.pk)]
    return sum(row.numerator for row in rows), sum(row.denominator for row in rows)


def page(cast, client):
    client.force_login(cast.zhao, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(PAGE).text


def test_whoever_restricts_people_empties_his_base_before_everybodys_eyes(cast, people, client):
    with on(DAY):
        log(cast.li, [visit_json(people[0], started_at=at(DAY, 9).isoformat())])
    with on(LAST, 22):
        for one in people[1:]:
            restriction_set(actor=cast.li, customer=one, reason="本人要求")
    with on(AFTER):
        assert share(cast) == (1, 1)
        assert odd(cast)["restricted", "李娜"] == 11
        (line,) = turned(page(cast, client))
        assert (line[0], line[1], line[4]) == ("限制处理", "11", "李娜")
        for one in people[1:4]:
            restriction_lift(actor=cast.chen, customer=one, reason="误报")
        assert odd(cast)["restricted", cast.chen.name] == 3
        assert [line[:2] for line in turned(page(cast, client))] == [["限制处理", "11"], ["解除限制", "3"]]


def taken(outcomes):
    return [
        Stored("名册", n, one.fate, one.subject, one.before, one.after) for n, one in enumerate(outcomes)
    ][::-1]


def test_who_stood_at_a_months_end_is_not_taken_out_with_his_file(cast):
    with waive_scope("a test"):
        type(cast.grid_li).objects.filter(pk=cast.grid_li.pk).update(
            area=AreaFactory(
                name="兴发村", code="522727001001", parent=AreaFactory(code="522727001", name="牙舟镇", level="township")
            )
        )  # fmt: skip
    told = {
        "name": "罗大勇",
        "relation": "head",
        "birth_date": "1980-05-05",
        "township": "牙舟镇",
        "village": "兴发村",
    }
    file = [Row("名册", n, {**told, "household": f"5202{n:05}"}, taken=True) for n in range(2, 5)]
    with on(date(2026, 9, 2)):
        outcomes = roster_store(source(cast.chen, as_of=date(2026, 9, 2)), file)
        assert not any(one.faults for one in outcomes)
    with on(AFTER):
        before = share(cast)
        kept = [one.kept for one in roster_undo(source(cast.chen), taken(outcomes))]
        assert all("2026-09" in sentence for sentence in kept)
        assert share(cast) == before == (0, 3)
    with on(LAST):
        assert [one.kept for one in roster_undo(source(cast.chen), taken(outcomes))] == [""] * 3
    with on(AFTER):
        # as many people as households
        assert odd(cast)["taken_out", cast.chen.name] == 6


def test_dates_of_birth_that_a_file_changed_are_looked_at(cast):
    homes = [household(cast.grid_li, code=f"5201{n:05}") for n in range(12)]
    for home in homes:
        customer(
            home, relation="head", name="罗大勇", birth_date=date(1980, 5, 5), id_digest=None, id_type="none"
        )
    with on(LAST, 12):
        file = [
            Row("名册", n, {"household": home.code, "name": "罗大勇", "relation": "head", "birth_date": "2009-05-05"}, taken=True)
            for n, home in enumerate(homes, 2)
        ]  # fmt: skip
        roster_store(source(cast.chen, as_of=LAST), file)
    with on(AFTER):
        assert odd(cast) == {("base", cast.chen.name): 12}


@pytest.mark.parametrize(("each", "first"), [(1, 48), (2, 54)])
def test_haste_is_seen_across_the_full_hour(cast, people, each, first):
    more = [*people, *(customer(household(cast.grid_li), relation="head") for _ in range(12))]
    with on(DAY):
        minutes = [first + n // each for n in range(len(more))]
        bodies = [
            visit_json(one, started_at=at(DAY, 9 + minute // 60, minute % 60).isoformat())
            for one, minute in zip(more, minutes, strict=True)
        ]
        log(cast.li, bodies)
    found = odd(cast)
    assert found["hurried", "李娜"] == 24
    assert found.get(("burst", "李娜"), 0) == (24 if each > 1 else 0)


def test_archives_emptied_after_a_week_are_looked_at_whenever_the_month_is_published(cast):
    homes = [
        household(
            cast.grid_li, complete_since=date(2026, 9, 29), completeness=100, archived_by=cast.li,
            archived_on=date(2026, 9, 29), address=f"示例村{n}号", income_source=f"种{n}",
        )
        for n in range(5)
    ]  # fmt: skip
    with on(date(2026, 10, 8)):
        for home in homes:
            household_update(actor=cast.li, household=home, version=home.version, data={"address": ""})
    with on(date(2026, 10, 10)):
        assert odd(cast)["emptied", "李娜"] == 5
    with on(date(2026, 11, 2)):
        found = {(one.key, one.name): one.count for one in look_at(cast.root, date(2026, 10, 1))}
        assert found["emptied", "李娜"] == 5, "once a month is published, they stand in the next one's list"


def test_nothing_is_added_to_a_visit_of_who_is_restricted(cast, people):
    with on(DAY):
        log(cast.li, [visit_json(people[0], met=False, started_at=at(DAY, 9).isoformat())])
        log(cast.li, [visit_json(people[1], started_at=at(DAY, 9).isoformat())])
    with on(DAY, 20):
        for one in people[:2]:
            restriction_set(actor=cast.li, customer=one, reason="本人要求")
    first, second = (models.QuerySet(Visit).get(customer=one) for one in people[:2])
    with on(date(2026, 9, 16)):
        for more in ({"met": True}, {"offers": [offer(ProductFactory())]}, {"needs": [{"text": "贷款"}]}):
            told = {"met": False, "started_at": at(DAY, 9).isoformat(), **more}
            body = {**visit_json(people[0], **told), "id": str(first.pk)}
            with pytest.raises(NotCorrected, match="限制"):
                visit_correct(actor=cast.li, visit=first, body=body, reason="更正")
        # that less was so may be said
        body = {**visit_json(people[1], met=False, started_at=at(DAY, 9).isoformat()), "id": str(second.pk)}
        assert visit_correct(actor=cast.li, visit=second, body=body, reason="没见到人")
    assert not models.QuerySet(Claim).exists()


ITEMS = [
    ItemSpec("visit_coverage", Decimal(60), Decimal("0.6")),
    ItemSpec("archive_rate", Decimal(40), Decimal("0.9")),
]


@pytest.fixture
def scheme(cast, qian):
    with on(date(2026, 8, 20)):
        made = services.scheme_create(
            actor=cast.zhao, code="X", name="方案", effective_from=MONTH, items=ITEMS
        )
        return services.scheme_activate(actor=qian, scheme=made)


@pytest.mark.parametrize(
    "change",
    [
        lambda made: SchemeItem.objects.filter(scheme=made, indicator="visit_coverage").update(target="0.05"),
        lambda made: SchemeItem.objects.filter(scheme=made, indicator="visit_coverage").update(weight=99),
        lambda made: SchemeItem.objects.filter(scheme=made, indicator="archive_rate").delete(),
        lambda made: type(made).objects.filter(pk=made.pk).update(counts_claimed=True),
        lambda made: type(made).objects.filter(pk=made.pk).update(effective_from=date(2026, 8, 1)),
    ],
)
def test_what_was_signed_of_a_scheme_is_what_is_computed(cast, scheme, change):
    assert verify().breaks == []
    change(scheme)
    assert any("signed" in sentence for sentence in verify().breaks)
    with on(AFTER), pytest.raises(Refused, match="方案"):
        services.run_compute(bank=cast.root, month=MONTH)


def test_a_scheme_as_it_was_signed_is_computed_published_and_proved(cast, people, scheme):
    with on(AFTER):
        period = services.run_compute(bank=cast.root, month=MONTH).period
        assert period.scheme_id == scheme.pk
        period = services.period_publish(
            actor=cast.zhao, period=period, looked_at=seal_of(look_at(cast.root, MONTH))
        )
        assert services.verify_period(period).ok
        assert verify().breaks == []


def targets():
    with waive_scope("a test"):
        return {row.user.username: (row.value, row.grid_id) for row in Target.objects.select_related("user")}


KEY = "new_customers"


@pytest.mark.parametrize("where", ["another grid", "the same grid"])
def test_an_own_target_outlives_a_signed_grid_that_passes_by(cast, qian, where):
    given = {"actor": cast.chen, "grid": cast.grid_li}
    with on(date(2026, 9, 10)):
        period = services.period_open(actor=cast.zhao, bank=cast.root, month=MONTH)
        own = cast.grid_wang if where == "another grid" else cast.grid_li
        services.target_set(
            actor=cast.zhao, period=period, user=cast.sun, grid=own, indicator=KEY, value=Decimal(2)
        )
        services.targets_write(
            actor=cast.zhao, grid=cast.east, month=MONTH, indicator=KEY, rows={cast.grid_li.pk: (Decimal(10), None, None)}
        )  # fmt: skip
        services.targets_sign(actor=qian, grid=cast.east, month=MONTH)
        assert targets()["sun"] == (2, own.pk)
    with on(date(2026, 9, 20)):
        grid_services.assignment_transfer(**given, user=cast.sun, first_day=date(2026, 9, 20))
        services.run_compute(bank=cast.root, month=MONTH)
        assert targets()["sun"] == (10, cast.grid_li.pk)
        assert verify().breaks == []
    with on(date(2026, 9, 25)):
        grid_services.assignment_transfer(**given, user=cast.li, first_day=date(2026, 9, 25))
        services.run_compute(bank=cast.root, month=MONTH)
        assert targets()["sun"] == (2, own.pk)
        assert verify().breaks == []


@pytest.mark.usefixtures("witnesses_alone")
@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda rows, _cast: rows.update(own_value=1, value=1), "it is not what the events tell of it"),
        (lambda rows, cast: rows.update(user=cast.wang), "it is not what the events tell of it"),
        (lambda rows, _cast: rows.delete(), "it is not what the events tell of it"),
        (
            lambda rows, cast: Target.objects.create(
                period=rows[0].period, user=cast.wang, grid=cast.grid_wang, indicator=KEY, value=1
            ),
            "no event tells that it was set",
        ),
    ],
)
def test_an_own_target_by_sql_is_named(cast, change, found):
    period = services.period_open(actor=cast.zhao, bank=cast.root, month=MONTH)
    services.target_set(
        actor=cast.zhao, period=period, user=cast.li, grid=cast.grid_li, indicator=KEY, value=Decimal(10)
    )
    assert verify().breaks == []
    with waive_scope("a test"):
        change(Target.objects.filter(period=period), cast)
    (sentence,) = verify().breaks
    assert re.match(rf"performance\.target \d+: {found}", sentence)


def test_a_target_changed_where_it_counts_only_is_put_right_by_the_next_computation(cast):
    period = services.period_open(actor=cast.zhao, bank=cast.root, month=MONTH)
    services.target_set(
        actor=cast.zhao, period=period, user=cast.li, grid=cast.grid_li, indicator=KEY, value=Decimal(10)
    )
    with waive_scope("a test"):
        Target.objects.update(value=1)
    with on(AFTER):
        services.run_compute(bank=cast.root, month=MONTH)
    assert targets()["li"] == (10, cast.grid_li.pk)
