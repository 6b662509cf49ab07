"""Two archives of one person become one: what is chosen, what moves, what wins, who is refused."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils import timezone

from audit.models import AuditEvent
from customers.enums import Evidence
from customers.models import Claim, Consent, Customer, IdentitySpan, PersonMerge, Restriction
from customers.selectors import people_with_number, survivors
from customers.services import (
    AlreadyThere,
    claims_decide,
    consent_give,
    customer_account_opened,
    customer_create,
    customer_update,
    persons_merge,
)
from gridbank.errors import Refused, StaleEdit
from tests.customers.filling import ADULT, PHONE, refused
from tests.customers.numbers import id_number
from tests.factories import (
    CustomerFactory,
    HouseholdFactory,
    NeedFactory,
    OfferFactory,
    ProductFactory,
    VisitFactory,
)
from visits.models import Visit

BORN = date(1970, 5, 5)


@pytest.fixture
def two(cast):
    """Two archives in two households of one branch."""
    first = CustomerFactory(household__grid=cast.grid_li, name="曾小明", birth_date=BORN, occupation="木匠")
    second = CustomerFactory(household__grid=cast.grid_wang, name="曾晓明", birth_date=BORN, workplace="镇上")
    return first, second


def merge(cast, keep, gone, actor=None, taken=(), **more):
    versions = keep.version, gone.version
    given = {"versions": versions, "taken": taken, "reason": "身份证核对是同一人", **more}
    return persons_merge(actor=actor or cast.chen, customer=keep, merged=gone, **given)


def again(*people):
    return [models.QuerySet(type(one)).get(pk=one.pk) for one in people]


def test_what_only_one_says_is_kept_and_what_both_say_is_chosen(cast, two):
    merge(cast, *two)
    keep, gone = again(*two)
    assert (keep.name, keep.occupation, keep.workplace) == ("曾小明", "木匠", "")
    assert (keep.version, gone.version, gone.merged_into) == (2, 2, keep)
    other = CustomerFactory(household=keep.household, name="曾小名", phone=PHONE)
    merge(cast, keep, other, taken=["name"])
    (keep,) = again(keep)
    assert (keep.name, keep.phone, keep.pinyin) == ("曾小名", PHONE, "zengxiaoming")


def test_one_row_in_the_trail_says_it_masked(cast, two):
    merge(cast, *two, taken=["name"])
    event = AuditEvent.objects.get()
    assert (event.action, event.subject_id) == ("customer.merged", str(two[0].pk))
    assert event.details["merged"] == two[1].pk
    assert event.details["reason"] == "身份证核对是同一人"
    assert event.details["fields"] == {"name": ["曾*明", "曾*明"]}


def test_what_hangs_on_the_archive_that_goes_moves(cast, two):
    keep, gone = two
    product = ProductFactory()
    visit = VisitFactory(customer=gone, staff=cast.wang)
    need = NeedFactory(household=gone.household, customer=gone, raised_by=cast.wang)
    offer = OfferFactory(customer=gone, product=product, staff=cast.wang)
    holding = gone.holdings.create(product=product, since=date(2026, 1, 1))
    consent = consent_give(actor=cast.wang, customer=gone, purpose="marketing", channel="paper")
    row = merge(cast, keep, gone)
    found = again(visit, need, offer, holding, consent)
    assert {one.customer_id for one in found} == {keep.pk}
    # what was paid to him stays where it was paid
    assert (found[0].household_id, found[1].household_id) == (gone.household_id,) * 2
    assert AuditEvent.objects.get(action="customer.merged").details["moved"] == {
        "visits": 1, "needs": 1, "offers": 1, "holdings": 1, "consents": 1,
    }  # fmt: skip
    assert str(visit.pk) in row.kept


def test_what_both_have_stands_once(cast, two):
    keep, gone = two
    product = ProductFactory()
    for one in two:
        one.holdings.create(product=product, since=date(2026, 1, 1))
        consent_give(actor=cast.chen, customer=one, purpose="marketing", channel="paper")
    merge(cast, keep, gone)
    for kind in (keep.holdings, keep.consents):
        rows = kind.model.objects.visible_to(cast.zhao)
        assert [row.customer_id for row in rows] == [keep.pk]


def test_a_withdrawal_in_one_archive_ends_the_earlier_consent_of_the_other(cast, two):
    keep, gone = two
    earlier = timezone.now() - timedelta(days=9)
    usual = {"purpose": "marketing", "notice_version": "1", "channel": "paper", "given_at": earlier}
    given = keep.consents.create(staff=cast.li, **usual)
    gone.consents.create(staff=cast.li, **usual, withdrawn_at=earlier + timedelta(days=1))
    merge(cast, keep, gone)
    assert again(given)[0].withdrawn_at is not None
    assert not Consent.objects.visible_to(cast.zhao).filter(withdrawn_at=None).exists()


@pytest.mark.parametrize("which", [0, 1])
def test_a_wish_and_a_restriction_win_whichever_archive_has_them(cast, two, which):
    one, now = two[which], timezone.now()
    one.do_not_contact, one.restricted_at = True, now
    one.save()
    one.restrictions.create(reason="本人要求", set_by=cast.li, set_at=now)
    merge(cast, *two)
    (keep,) = again(two[0])
    assert (keep.do_not_contact, keep.restricted_at) == (True, now)
    stands = Restriction.objects.visible_to(cast.zhao).get(lifted_at=None, customer=keep)
    # its own acts as ever, one that came along from now on
    assert (stands.set_at, stands.came_at is not None) == (now, bool(which))


def test_he_is_in_no_list_any_more_and_his_household_is_over(cast, two):
    keep, gone = two
    merge(cast, keep, gone)
    assert list(Customer.objects.visible_to(cast.zhao)) == [keep]
    home = again(gone.household)[0]
    assert home.ended_on == timezone.localdate()
    customer_create(actor=cast.wang, household=home, data={"name": "新人"})
    assert again(home)[0].ended_on is None


def test_the_number_of_the_archive_that_goes_is_taken_and_finds_him(cast, two):
    keep, gone = two
    customer_update(
        actor=cast.wang,
        customer=gone,
        version=1,
        data={"id_type": "resident", "id_number": ADULT, "phone": PHONE, "birth_date": None, "gender": ""},
    )
    gone.refresh_from_db()
    customer_update(actor=cast.li, customer=keep, version=1, data={"phone": "13900139000"})
    keep.refresh_from_db()
    merge(cast, keep, gone)
    found, left = again(keep, gone)
    assert (found.id_number, left.id_digest) == (ADULT, None)
    assert found.phone == "13900139000"
    for number in (ADULT, PHONE, "13900139000"):
        assert list(people_with_number(actor=cast.chen, number=number)) == [keep], number
    # who he was until yesterday stays said, if he was it on a day
    assert IdentitySpan.objects.visible_to(cast.zhao).count() == 0


def test_two_numbers_both_find_him_and_neither_opens_a_second_archive(cast, two):
    keep, gone = two
    numbers = [id_number(serial=serial) for serial in (101, 103)]
    for actor, one, number in zip((cast.li, cast.wang), two, numbers, strict=True):
        data = {"id_type": "resident", "id_number": number}
        one.birth_date = None
        one.save()
        customer_update(actor=actor, customer=one, version=1, data=data)
        one.refresh_from_db()
    merge(cast, keep, gone)
    for number in numbers:
        assert list(people_with_number(actor=cast.chen, number=number)) == [keep]
        with pytest.raises(AlreadyThere) as told:
            customer_create(
                actor=cast.li,
                household=keep.household,
                data={"name": "新人", "id_type": "resident", "id_number": number},
            )
        assert told.value.customer == keep
    data = {"id_type": "resident", "id_number": numbers[1]}
    assert "合并" in refused("id_number", customer_update, actor=cast.li, customer=keep, version=3, data=data)


def test_an_archive_that_was_merged_twice_leads_to_the_last(cast, two):
    third = CustomerFactory(household__grid=cast.grid_li, name="曾小明")
    merge(cast, *two)
    (keep,) = again(two[0])
    merge(cast, third, keep)
    assert survivors([two[1].pk, two[0].pk, third.pk]) == {two[1].pk: third.pk, two[0].pk: third.pk}


def test_in_one_household_he_stays_the_head(cast):
    home = HouseholdFactory(grid=cast.grid_li)
    keep = CustomerFactory(household=home, name="曾小明", birth_date=BORN)
    gone = CustomerFactory(household=home, name="曾明", birth_date=BORN, relation="head")
    child = CustomerFactory(household=home, birth_date=timezone.localdate(), guardian=gone)
    merge(cast, keep, gone)
    keep, gone, child, home = again(keep, gone, child, home)
    assert (keep.relation, gone.relation, child.guardian, home.head_name) == ("head", "other", keep, "曾小明")


def test_a_head_that_goes_is_followed_by_somebody(cast, two):
    keep, gone = two
    gone.relation = "head"
    gone.save()
    heir = CustomerFactory(household=gone.household, name="王大", birth_date=BORN)
    assert "户主" in refused("successor", merge, cast=cast, keep=keep, gone=gone)
    merge(cast, keep, gone, successor=heir)
    heir, home = again(heir, gone.household)
    assert (heir.relation, heir.version, home.head_name, home.ended_on) == ("head", 2, "王大", None)


def test_who_is_guardian_elsewhere_does_not_go(cast, two):
    CustomerFactory(household=two[1].household, name="小妹", birth_date=timezone.localdate(), guardian=two[1])
    assert "小妹" in refused(None, merge, cast=cast, keep=two[0], gone=two[1])


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"died_on": date(2026, 1, 1)}, "去世"), ({"phone": "x"}, "")],
)
def test_a_death_that_only_one_archive_knows_is_put_right_first(cast, two, fields, said):
    for name, value in fields.items():
        setattr(two[1], name, value)
    two[1].save()
    if said:
        assert said in refused(None, merge, cast=cast, keep=two[0], gone=two[1])
    else:
        assert merge(cast, *two)


@pytest.mark.parametrize(("reason", "about"), [("", "reason"), (f"号码{ADULT}", "reason")])
def test_it_wants_a_reason_without_numbers(cast, two, reason, about):
    refused(about, merge, cast=cast, keep=two[0], gone=two[1], reason=reason)


def test_whoever_looked_before_a_change_is_told(cast, two):
    customer_update(actor=cast.li, customer=two[0], version=1, data={"occupation": "瓦匠"})
    with pytest.raises(StaleEdit):
        merge(cast, *two)
    assert not PersonMerge.objects.visible_to(cast.zhao).exists()


def test_one_archive_is_no_pair_and_a_merged_one_no_partner(cast, two):
    refused(None, merge, cast=cast, keep=two[0], gone=two[0])
    merge(cast, *two)
    third = CustomerFactory(household__grid=cast.grid_li)
    with pytest.raises(Exception, match=r".*"):
        merge(cast, third, again(two[1])[0])


def test_of_two_branches_head_office_puts_together(cast, two):
    stranger = CustomerFactory(household__grid=cast.grid_wu, name="曾小明")
    with pytest.raises(PermissionDenied):
        merge(cast, *two, actor=cast.li) if two[1].household.grid == cast.grid_li else _as_li(cast)
    assert merge(cast, two[0], stranger, actor=cast.zhao).customer == two[0]


def _as_li(cast):
    one, other = (CustomerFactory(household__grid=cast.grid_li) for _ in range(2))
    merge(cast, one, other, actor=cast.li)


def opened(cast, who, person, day):
    customer_account_opened(actor=who, customer=person, day=day)
    person.refresh_from_db()
    return Claim.objects.visible_to(cast.zhao).get(customer=person)


def test_the_earlier_account_stands_with_who_opened_it_and_is_claimed_once(cast, two):
    keep, gone = two
    today = timezone.localdate()
    for one in two:
        one.name = "曾小明"
        one.save()
    late, early = opened(cast, cast.li, keep, today), opened(cast, cast.wang, gone, today - timedelta(days=1))
    claims_decide(actor=cast.chen, claims=[early.pk], verdict=Evidence.CONFIRMED)
    gone.refresh_from_db()
    merge(cast, keep, gone)
    keep, gone = again(keep, gone)
    assert (keep.customer_since, keep.opened_by, keep.account_evidence) == (
        today - timedelta(days=1), cast.wang, Evidence.CONFIRMED,
    )  # fmt: skip
    assert (gone.customer_since, gone.account_evidence) == (None, None)
    late, early = again(late, early)
    assert (early.customer_id, early.source_id, early.state) == (keep.pk, keep.pk, Evidence.CONFIRMED)
    assert (late.customer_id, late.source_id, late.state) == (gone.pk, gone.pk, Evidence.WITHDRAWN)


def test_what_was_confirmed_of_another_name_is_claimed_again(cast, two):
    keep, gone = two
    claim = opened(cast, cast.wang, gone, timezone.localdate())
    claims_decide(actor=cast.chen, claims=[claim.pk], verdict=Evidence.CONFIRMED)
    gone.refresh_from_db()
    merge(cast, keep, gone)
    (keep,) = again(keep)
    assert keep.account_evidence == Evidence.CLAIMED
    anew = Claim.objects.visible_to(cast.zhao).get(state=Evidence.CLAIMED)
    assert (anew.customer, anew.source_id, anew.is_other_person) == (keep, keep.pk, True)


def test_a_step_that_somebody_denied_gives_way(cast, two):
    keep, gone = two
    today = timezone.localdate()
    denied = opened(cast, cast.li, keep, today - timedelta(days=5))
    claims_decide(actor=cast.chen, claims=[denied.pk], verdict=Evidence.REFUTED, reason="未办理")
    keep.refresh_from_db()
    opened(cast, cast.wang, gone, today)
    merge(cast, keep, gone, taken=["name"])
    (keep,) = again(keep)
    assert (keep.customer_since, keep.opened_by, keep.account_evidence) == (
        today,
        cast.wang,
        Evidence.CLAIMED,
    )


def test_a_visit_that_was_under_way_reaches_the_archive_that_stayed(cast, two):
    from tests.visits.bodies import visit_json
    from visits.services import visit_log

    keep, gone = two
    merge(cast, keep, gone)
    body = visit_json(gone)
    result = visit_log(actor=cast.li, body=body)
    assert result.status == "created", result
    assert Visit.objects.visible_to(cast.zhao).get().customer_id == keep.pk
    assert visit_log(actor=cast.li, body=body).status == "duplicate"


def test_refused_leaves_nothing(cast, two):
    VisitFactory(customer=two[1], staff=cast.wang)
    with pytest.raises(Refused):
        merge(cast, *two, reason=" ")
    assert Visit.objects.visible_to(cast.zhao).get().customer_id == two[1].pk
