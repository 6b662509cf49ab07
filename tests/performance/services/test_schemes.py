"""The rules' versions: made by one of head office, signed by another, in force from a month on."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from audit.models import AuditEvent
from audit.verification import verify
from gridbank.errors import Refused
from performance.models import Scheme
from performance.services import scheme_activate, scheme_create, scheme_in_force
from performance.services.schemes import (
    DEFAULT_CODE,
    DEFAULT_ITEMS,
    ItemSpec,
    refuse_unsigned,
    stands_as_signed,
)
from tests.factories import AssignmentFactory, UserFactory

ONE = ItemSpec("new_customers", Decimal(100), Decimal(8))
NEXT = (timezone.localdate().replace(day=1) + timedelta(days=40)).replace(day=1)


def made(cast, **changes):
    wish = {"code": "spring", "name": "春季", "effective_from": NEXT, "items": [ONE]}
    return scheme_create(actor=changes.pop("actor", cast.zhao), **{**wish, **changes})


def test_a_scheme_holds_what_was_wished_in_its_order(cast):
    items = [
        replace(DEFAULT_ITEMS[4], cap=Decimal("1.5")),
        DEFAULT_ITEMS[0],
        ItemSpec("visit_coverage", Decimal(0), None),
    ]
    scheme = made(cast, items=items)
    assert (scheme.code, scheme.version, scheme.created_by, scheme.activated_at) == (
        "spring",
        1,
        cast.zhao,
        None,
    )
    assert list(scheme.items.values_list("position", "indicator", "weight", "target", "cap")) == [
        (1, "archive_rate", Decimal(10), Decimal("0.9"), Decimal("1.5")),
        (2, "new_customers", Decimal(25), Decimal(8), Decimal("1.2")),
        (3, "visit_coverage", Decimal(0), None, Decimal("1.2")),
    ]
    event = AuditEvent.objects.get(action="scheme.created")
    assert event.details == {
        "items": ["archive_rate", "new_customers", "visit_coverage"],
        "counts_claimed": False,
    }


def test_each_is_a_new_version_of_its_code(cast):
    assert [made(cast).version, made(cast).version, made(cast, code="autumn").version] == [1, 2, 1]


@pytest.mark.parametrize(
    ("items", "field"),
    [
        ([], "items"),
        ([ONE, ONE], "items"),
        ([replace(ONE, indicator="rain")], "items"),
        ([replace(ONE, indicator="")], "items"),
        *(
            ([replace(ONE, target=Decimal(wrong))], "target")
            for wrong in ("0", "-1", "NaN", "Infinity", "-Infinity")
        ),
        *(([replace(ONE, weight=Decimal(wrong))], "weight") for wrong in ("-0.01", "NaN", "Infinity")),
        *(([replace(ONE, cap=Decimal(wrong))], "weight") for wrong in ("-1", "NaN", "-Infinity")),
    ],
)
def test_what_is_no_scheme_is_refused_and_leaves_nothing(cast, items, field):
    with pytest.raises(Refused) as caught:
        made(cast, items=items)
    assert caught.value.field == field
    assert not Scheme.objects.exists()


@pytest.mark.parametrize(
    "day",
    [
        NEXT + timedelta(days=1),
        timezone.localdate().replace(day=1),
        NEXT - timedelta(days=1),
        date(2000, 1, 1),
    ],
)
def test_it_begins_with_a_coming_month(cast, day):
    with pytest.raises(Refused) as caught:
        made(cast, effective_from=day)
    assert caught.value.field == "effective_from"


@pytest.mark.parametrize("who", ["chen", "li"])
def test_only_head_office_makes_and_signs(cast, second, who):
    actor = getattr(cast, who)
    with pytest.raises(PermissionDenied):
        made(cast, actor=actor)
    scheme = made(cast)
    with pytest.raises(PermissionDenied):
        scheme_activate(actor=actor, scheme=scheme)
    scheme.refresh_from_db()
    assert scheme.activated_at is None


def test_a_second_person_signs_it_once(cast, second):
    scheme = made(cast)
    with pytest.raises(Refused):
        scheme_activate(actor=cast.zhao, scheme=scheme)
    signed = scheme_activate(actor=second, scheme=scheme)
    assert (signed.activated_by, signed.activated_at is None) == (second, False)
    with pytest.raises(Refused):
        scheme_activate(actor=second, scheme=scheme)
    assert AuditEvent.objects.filter(action="scheme.activated").count() == 1


def test_who_made_it_cant_sign_it_with_an_old_row_in_hand(cast):
    """What the caller holds is not asked: the row is."""
    scheme = made(cast)
    scheme.created_by = None
    with pytest.raises(Refused):
        scheme_activate(actor=cast.zhao, scheme=scheme)


def test_nobody_signs_once_the_month_has_begun(cast, second, monkeypatch):
    scheme = made(cast)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: NEXT)
    with pytest.raises(Refused):
        scheme_activate(actor=second, scheme=scheme)


def test_a_new_installation_starts_with_the_standard_one(cast):
    scheme = scheme_in_force(date(2026, 9, 1), cast.root)
    assert (scheme.code, scheme.version, scheme.activated_by) == (DEFAULT_CODE, 1, None)
    assert list(scheme.items.values_list("indicator", flat=True)) == [
        item.indicator for item in DEFAULT_ITEMS
    ]
    assert sum(scheme.items.values_list("weight", flat=True)) == 100
    assert scheme_in_force(date(2026, 10, 1), cast.root) == scheme
    assert (Scheme.objects.count(), AuditEvent.objects.filter(action="scheme.created").count()) == (1, 1)


def test_the_latest_signed_one_is_in_force_from_its_month_on(cast, second):
    standard = scheme_in_force(NEXT, cast.root)
    first, again, unsigned = made(cast), made(cast), made(cast)
    for scheme in (first, again):
        scheme_activate(actor=second, scheme=scheme)
    assert scheme_in_force(NEXT - timedelta(days=1), cast.root) == standard
    assert scheme_in_force(NEXT, cast.root) == again
    assert scheme_in_force(NEXT + timedelta(days=400), cast.root) == again
    scheme_activate(actor=second, scheme=unsigned)
    assert scheme_in_force(NEXT, cast.root) == unsigned


@pytest.mark.usefixtures("witnesses_alone")
def test_a_scheme_in_force_that_nobody_signed_is_computed_by_nobody_and_named(cast):
    """Nor is one that was signed put out of force unseen."""
    assert stands_as_signed(scheme_in_force(NEXT, cast.root))
    assert not list(told_of_schemes())
    forged = made(cast)
    Scheme.objects.filter(pk=forged.pk).update(activated_at=timezone.now(), created_by=None)
    forged.refresh_from_db()
    assert scheme_in_force(NEXT, cast.root) == forged
    with pytest.raises(Refused):
        refuse_unsigned(forged)
    assert [f"scheme {forged.pk}" in fault for fault in told_of_schemes()] == [True]
    Scheme.objects.filter(pk=forged.pk).update(activated_at=None)
    second = UserFactory(role="head_office")
    AssignmentFactory(user=second, grid=cast.root, part="deputy")
    signed = made(cast, code="autumn")
    scheme_activate(actor=second, scheme=signed)
    assert stands_as_signed(Scheme.objects.get(pk=signed.pk))
    assert not list(told_of_schemes())
    Scheme.objects.filter(pk=signed.pk).update(activated_at=None, activated_by=None)
    assert [f"scheme {signed.pk}" in fault for fault in told_of_schemes()] == [True]


def told_of_schemes():
    return [fault for fault in verify().breaks if "scheme" in fault]
