"""What one person entered counts once somebody else has confirmed it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from audit.models import AuditEvent
from customers import services
from customers.enums import Evidence, Witness
from customers.models import Attribution, Claim, Residence
from customers.selectors import claims_to_decide
from customers.services import HouseholdRow, PersonRow, claims_decide, households_bulk_create
from customers.services.claims import Claimed, claims_enter
from customers.services.redating import step_day_correct
from gridbank.scoping import OutOfSight, waive_scope
from performance.models import LateChange
from tests.customers.filling import refused
from tests.factories import AssignmentFactory, CustomerFactory, HouseholdFactory, UserFactory

CLAIMED, CONFIRMED, REFUTED = Evidence.CLAIMED, Evidence.CONFIRMED, Evidence.REFUTED


@pytest.fixture
def person(cast):
    return CustomerFactory(household=HouseholdFactory(grid=cast.grid_li), birth_date=date(1980, 1, 1))


@pytest.fixture
def claim(cast, person):
    """Say that Li opened an account today."""
    services.customer_account_opened(actor=cast.li, customer=person, day=timezone.localdate())
    return claims().get()


def claims():
    return models.QuerySet(Claim)


def decide(actor, *wanted, verdict=CONFIRMED, **more):
    return claims_decide(actor=actor, claims=[one.pk for one in wanted], verdict=verdict, **more)


def test_an_account_is_claimed_by_who_entered_it(cast, person, claim):
    assert (claim.kind, claim.source_id, claim.entered_by, claim.earner, claim.state) == (
        "account", person.pk, cast.li, cast.li, CLAIMED,
    )  # fmt: skip
    person.refresh_from_db()
    assert person.account_evidence == CLAIMED


def test_one_person_under_his_number_in_another_case_is_no_second(cast, person, claim):
    for who, number in ((cast.li, "qx0001"), (cast.chen, "QX0001")):
        who.staff_no = number
        who.save()
    assert not claims_to_decide(actor=cast.chen).exists()
    # he leads its grid under the one, whoever entered it
    claims().update(entered_by=cast.sun, earner=cast.sun)
    models.QuerySet(type(person)).update(opened_by=cast.sun)
    assert not claims_to_decide(actor=cast.chen).exists()


@pytest.mark.parametrize(("verdict", "reason"), [(CONFIRMED, ""), (REFUTED, "回访称未办理")])
def test_a_second_person_of_the_branch_decides_and_the_row_that_earns_says_so(
    cast, person, claim, verdict, reason
):
    assert list(claims_to_decide(actor=cast.chen)) == [claim]
    assert decide(cast.chen, claim, verdict=verdict, reason=reason) == 1
    claim.refresh_from_db()
    person.refresh_from_db()
    assert (claim.state, claim.decided_by, claim.witness, claim.reason) == (
        verdict, cast.chen, Witness.PERSON, reason,
    )  # fmt: skip
    assert person.account_evidence == verdict
    assert list(claims_to_decide(actor=cast.chen)) == []
    event = AuditEvent.objects.latest("pk")
    assert event.action == {CONFIRMED: "claims.confirmed", REFUTED: "claims.refuted"}[verdict]
    assert event.details == {"claims": [claim.pk], "witness": "person", "reason": reason}


def test_many_are_decided_in_one_act_all_or_none(cast, claim):
    others = [CustomerFactory(household__grid=cast.grid_wang) for _ in range(2)]
    for one in others:
        services.app_milestone_set(actor=cast.wang, customer=one, step="downloaded", day=timezone.localdate())
    wanted = list(claims())
    before = AuditEvent.objects.count()
    decide(cast.chen, wanted[0])
    assert "已经处理" in refused(
        None, claims_decide, actor=cast.chen, claims=[one.pk for one in wanted], verdict=CONFIRMED
    )
    assert claims().filter(state=CONFIRMED).count() == 1
    assert decide(cast.zhao, *wanted[1:]) == 2
    assert AuditEvent.objects.count() == before + 2


def test_nobody_confirms_his_own_by_staff_number(cast, person):
    """Neither who entered it nor who earns by it, whatever else he is; and the list doesn't offer it."""
    services.customer_account_opened(actor=cast.chen, customer=person, day=timezone.localdate())
    other = CustomerFactory(household=person.household)
    claims_enter(
        actor=cast.li, kind="downloaded", rows=[Claimed(other.pk, other.pk, date(2026, 1, 1), cast.chen.pk)]
    )
    assert list(claims_to_decide(actor=cast.chen)) == []
    for one in claims():
        assert "第二人" in refused(None, claims_decide, actor=cast.chen, claims=[one.pk], verdict=CONFIRMED)
    assert decide(cast.zhao, *claims()) == 2


def app_verified(actor, person):
    for step in ("downloaded", "verified"):
        services.app_milestone_set(actor=actor, customer=person, step=step, day=timezone.localdate())
    return claims().get(kind="verified")


@pytest.mark.parametrize("until", [None, "this month", "last month"])
def test_whoever_leads_the_grid_in_the_month_is_no_witness_of_what_is_ranked_there(cast, person, until):
    """The branch's lead led the grid himself: the app's share there is his."""
    today = timezone.localdate()
    last = today if until == "this month" else today.replace(day=1) - timedelta(days=1)
    with waive_scope("test"):
        cast.li.assignments.update(valid_to=date(2025, 12, 31))
    AssignmentFactory(user=cast.chen, grid=cast.grid_li, valid_from=date(2026, 1, 1), valid_to=until and last)
    deputy = AssignmentFactory(grid=cast.grid_li, part="deputy").user
    claim = app_verified(deputy, person)
    is_own = until != "last month"
    assert (claim in claims_to_decide(actor=cast.chen)) is not is_own
    if is_own:
        assert "第二人" in refused(None, claims_decide, actor=cast.chen, claims=[claim.pk], verdict=CONFIRMED)
        assert decide(cast.zhao, claim) == 1
    else:
        assert decide(cast.chen, claim) == 1


@pytest.mark.parametrize("who_left", ["household", "person", "person of a household that left"])
def test_whose_grid_it_was_on_the_day_is_no_witness_either(cast, person, who_left):
    """A household or a person that has gone elsewhere was the lead's on the day that counts."""
    today = timezone.localdate()
    with waive_scope("test"):
        cast.wang.assignments.update(user=cast.chen)
    claim = app_verified(cast.li, person)
    assert claim in claims_to_decide(actor=cast.chen)
    home = person.household
    if who_left != "household":
        home = HouseholdFactory(grid=cast.grid_wang if who_left == "person" else cast.grid_li)
        Residence(
            customer=person, household=home, valid_from=date(2026, 1, 1), valid_to=today, moved_by=cast.li,
            moved_at=timezone.now(),
        ).save()  # fmt: skip
    if who_left != "person":
        Attribution(household=home, grid=cast.grid_wang, valid_from=date(2026, 1, 1), valid_to=today).save()
    assert claim not in claims_to_decide(actor=cast.chen)
    assert "第二人" in refused(None, claims_decide, actor=cast.chen, claims=[claim.pk], verdict=CONFIRMED)


def test_whoever_opened_the_account_is_no_witness_whoever_entered_it(cast, person, claim):
    claims().update(entered_by=cast.wang, earner=None)
    person.refresh_from_db()
    person.opened_by = cast.chen
    person.save()
    assert list(claims_to_decide(actor=cast.chen)) == []
    assert "第二人" in refused(None, claims_decide, actor=cast.chen, claims=[claim.pk], verdict=CONFIRMED)


def test_an_account_manager_confirms_nothing_and_another_branch_sees_nothing(cast, claim):
    for actor, error in ((cast.li, PermissionDenied), (cast.wu, OutOfSight), (cast.sun, OutOfSight)):
        with pytest.raises(error):
            decide(actor, claim)
    assert claims().get().state == CLAIMED


def test_a_refusal_needs_its_reason_and_a_verdict_is_one_of_two(cast, claim):
    call = {"actor": cast.chen, "claims": [claim.pk]}
    refused("reason", claims_decide, verdict=REFUTED, reason="  ", **call)
    refused("reason", claims_decide, verdict=REFUTED, reason="x" * 201, **call)
    refused("reason", claims_decide, verdict=REFUTED, reason="客户电话13812345678不对", **call)
    for verdict in (CLAIMED, Evidence.WITHDRAWN):
        refused("verdict", claims_decide, verdict=verdict, **call)
    refused("claims", claims_decide, actor=cast.chen, claims=[], verdict=CONFIRMED)


def test_what_was_refuted_may_be_entered_anew_and_is_claimed_again(cast, person, claim):
    decide(cast.chen, claim, verdict=REFUTED, reason="未办理")
    today = timezone.localdate()
    services.customer_account_opened(actor=cast.li, customer=person, day=today)
    person.refresh_from_db()
    assert person.account_evidence == CLAIMED
    assert list(claims().values_list("state", flat=True)) == [REFUTED, CLAIMED]
    again = {"actor": cast.li, "customer": person, "day": today}
    refused("day", services.customer_account_opened, **again)
    decide(cast.chen, claims().last())
    refused("day", services.customer_account_opened, **again)


def test_a_day_put_right_is_another_act_and_claimed_by_who_put_it_right(cast, person, claim):
    decide(cast.chen, claim)
    person.refresh_from_db()
    correct = {"actor": cast.chen, "customer": person, "step": "customer_since", "reason": "日期录错"}
    step_day_correct(version=person.version, day=timezone.localdate() - timedelta(days=1), **correct)
    person.refresh_from_db()
    assert person.account_evidence == CLAIMED
    found = list(claims().order_by("pk").values_list("state", "entered_by", "earner"))
    assert found == [(Evidence.WITHDRAWN, cast.li.pk, cast.li.pk), (CLAIMED, cast.chen.pk, cast.li.pk)]
    assert list(claims_to_decide(actor=cast.chen)) == []
    step_day_correct(version=person.version, day=None, **correct)
    person.refresh_from_db()
    assert (person.account_evidence, set(claims().values_list("state", flat=True))) == (
        None,
        {Evidence.WITHDRAWN},
    )


def test_the_steps_of_the_app_are_claimed_and_a_word_about_it_is_not(cast, person):
    today = timezone.localdate()
    for step in ("informed", "downloaded", "verified"):
        services.app_milestone_set(actor=cast.li, customer=person, step=step, day=today)
    assert list(claims().values_list("kind", flat=True)) == ["downloaded", "verified"]
    decide(cast.chen, *claims())
    person.refresh_from_db()
    assert (person.app_evidence, person.account_evidence) == (CONFIRMED, None)


def test_people_stored_in_bulk_are_claimed_by_who_stored_them(cast):
    day = date(2026, 3, 2)
    rows = [PersonRow("赵一", "head", birth_date=date(1980, 1, 1), customer_since=day, opened_by_id=cast.li.pk,
                      app_downloaded_on=day, app_verified_on=day)]  # fmt: skip
    households_bulk_create(actor=cast.zhao, rows=[HouseholdRow(cast.grid_li.pk, rows)])
    found = claims().values_list("kind", "entered_by", "earner", "state")
    assert list(found) == [
        ("account", cast.zhao.pk, cast.li.pk, CLAIMED),
        ("downloaded", cast.zhao.pk, None, CLAIMED),
        ("verified", cast.zhao.pk, None, CLAIMED),
    ]
    assert claims_to_decide(actor=cast.zhao).count() == 0
    assert claims_to_decide(actor=cast.chen).count() == 3


def test_the_core_system_is_a_witness_for_whoever_may_load_records(cast, claim):
    with pytest.raises(PermissionDenied):
        decide(cast.chen, claim, witness=Witness.CORE)
    decide(cast.zhao, claim, witness=Witness.CORE, reason="核心系统对账")
    claim.refresh_from_db()
    assert (claim.state, claim.witness) == (CONFIRMED, Witness.CORE)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": CONFIRMED},
        {"state": REFUTED, "decided_at": timezone.now()},
        {"witness": "person", "decided_by": "li", "state": CONFIRMED, "decided_at": timezone.now()},
    ],
)
def test_the_database_holds_that_there_are_two(cast, claim, wrong):
    values = {
        name: getattr(cast, str(value)) if name == "decided_by" else value for name, value in wrong.items()
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        claims().update(**values)


def test_a_colleague_at_head_office_with_another_number_is_somebody_else(cast, claim):
    second = UserFactory(role="head_office")
    AssignmentFactory(user=second, grid=cast.root, part="deputy")
    assert decide(second, claim) == 1
    assert not models.QuerySet(LateChange).exists()
