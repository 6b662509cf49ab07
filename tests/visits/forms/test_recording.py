"""The form of a visit: what is posted becomes the body that a laptop would have sent, and back."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django import forms
from django.utils import timezone

from needs.enums import NEED_LENGTH
from tests.factories import CustomerFactory, ProductFactory
from tests.visits.bodies import full_body, person_in
from visits.body import MOST_NEEDS, NOTE_LENGTH, REASON_LENGTH, NeedLine, OfferLine, parse
from visits.forms.recording import AsideForm, ReasonForm, VisitForm, VisitInput, next_days

TODAY = timezone.localdate()


def posted(person, **changes):
    lines = {
        f"{name}-{key}": value
        for name, count in (("offers", 3), ("needs", 2))
        for key, value in (("TOTAL_FORMS", count), ("INITIAL_FORMS", 0))
    }
    data = {
        "id": str(uuid.uuid4()), "customer": person.pk, "met": "yes", "mode": "door", **lines,
        "started_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    return {**data, **changes}


@pytest.fixture
def asked(cast, person):
    def ask(body=None, **changes):
        return VisitInput(posted(person, **changes), actor=cast.li, household=person.household, body=body)

    return ask


def test_what_is_posted_is_a_body_that_is_right(cast, person, asked):
    product = ProductFactory()
    given = asked(
        **{
            "note": " 谈到买牛\r\n", "next_on": "2999-01-01", "latitude": "26.1", "longitude": "107.2", "accuracy_m": "5",
            "offers-1-product": product.pk, "offers-1-result": "accepted", "needs-0-text": "棚", "needs-1-text": "牛",
            "needs-1-due_on": "2999-02-03", "met": "no", "mode": "phone", "started_at": "2026-03-02T08:30",
        }
    )  # fmt: skip
    assert given.is_valid(), given.errors
    found = parse(given.body)
    assert found.errors == {}
    body = found.body
    assert (body.customer_id, body.met, body.mode, body.note) == (person.pk, False, "phone", "谈到买牛")
    assert body.started_at == datetime(2026, 3, 2, 0, 30, tzinfo=UTC), "the clock on the wall is China's"
    assert body.offers == (OfferLine(product.pk, "accepted"),)
    assert body.needs == (NeedLine("棚"), NeedLine("牛", date(2999, 2, 3)))
    assert (body.next_on, body.latitude, body.longitude, body.accuracy_m) == (
        date(2999, 1, 1),
        26.1,
        107.2,
        5.0,
    )


def test_the_least_is_enough(asked):
    given = asked()
    assert given.is_valid(), given.errors
    assert (given.body["offers"], given.body["needs"], parse(given.body).errors) == ([], [], {})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "x"), ("id", ""), ("customer", ""), ("customer", "x"), ("customer", 2**70), ("met", "perhaps"), ("met", ""),
        ("mode", "fly"), ("started_at", "yesterday"), ("started_at", "2026-02-30T10:00"), ("started_at", ""),
        ("started_at", "2999-01-01T00:00"), ("started_at", "9999-12-31T23:59"), ("next_on", "2026-02-30"),
        ("note", "字" * (NOTE_LENGTH + 1)), ("latitude", "nan"), ("latitude", "1e999"), ("longitude", "x"), ("accuracy_m", "inf"),
        ("version", "0"), ("version", "9" * 30),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(asked, field, value):
    given = asked(**{field: value})
    assert not given.is_valid()
    assert list(given.form.errors) == [field]


def test_only_members_of_the_household_are_offered_the_head_first(cast, person):
    child = CustomerFactory(household=person.household, relation="child", name="罗小妹", do_not_contact=True)
    CustomerFactory(household=person.household, relation="spouse", name="石小兰", birth_date=None)
    person_in(cast.grid_li, "别家")
    given = VisitInput(actor=cast.li, household=person.household)
    labels = [label for _key, label in given.form.fields["customer"].choices]
    assert [label.split(" · ")[0] for label in labels] == ["罗大勇", "罗小妹", "石小兰"]
    assert [("不" in label or "勿" in label) for label in labels] == [False, child.do_not_contact, False]
    assert given.form.initial["customer"] == person
    stranger = VisitInput(actor=cast.wu, household=person.household)
    assert list(stranger.form.fields["customer"].choices) == []
    assert stranger.form.initial["customer"] is None


def test_a_new_form_has_an_id_of_its_own_and_the_minute_it_was_opened(cast, person):
    first, second = (VisitInput(actor=cast.li, household=person.household) for _n in range(2))
    assert first.form.initial["id"] != second.form.initial["id"]
    at = first.form.initial["started_at"]
    assert (at.second, at.microsecond) == (0, 0)
    assert timezone.now() - at < timedelta(minutes=3)
    assert not first.is_bound
    assert first.reason is None


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"offers-2-result": "offered"}, "product"),
        ({"offers-2-product": "PRODUCT"}, "result"),
        ({"offers-2-product": "999999999", "offers-2-result": "offered"}, "product"),
        ({"offers-2-product": "PRODUCT", "offers-2-result": "sold"}, "result"),
        ({"offers-2-product": "GONE", "offers-2-result": "offered"}, "product"),
    ],
)
def test_a_line_of_an_offer_has_two_halves(asked, line, field):
    keys = {"PRODUCT": ProductFactory().pk, "GONE": ProductFactory(is_active=False).pk}
    given = asked(**{name: keys.get(value, value) for name, value in line.items()})
    assert not given.is_valid()
    assert [list(errors) for errors in given.offers.errors] == [[], [], [field]]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"needs-0-due_on": "2999-01-01"}, "text"),
        ({"needs-0-text": "  ", "needs-0-due_on": "2999-01-01"}, "text"),
        ({"needs-0-text": "牛", "needs-0-due_on": "soon"}, "due_on"),
        ({"needs-0-text": "字" * (NEED_LENGTH + 1)}, "text"),
    ],
)
def test_a_line_of_a_need_says_what_is_needed(asked, line, field):
    given = asked(**line)
    assert not given.is_valid()
    assert [list(errors) for errors in given.needs.errors] == [[field], []]


@pytest.mark.parametrize("count", [str(MOST_NEEDS + 1), "1001", "x", "9" * 400, ""])
def test_more_lines_than_there_may_be_are_refused(asked, count):
    given = asked(
        **{"needs-TOTAL_FORMS": count, "needs-0-text": "牛"}
        | {f"needs-{number}-text": "牛" for number in range(MOST_NEEDS + 1)}
    )
    assert not given.is_valid()
    assert any(given.errors)


def test_every_part_says_what_is_wrong_at_once(asked):
    given = asked(
        full_body(), **{"mode": "fly", "offers-0-result": "offered", "needs-0-due_on": "2999-01-01"}
    )
    assert not given.is_valid()
    assert {name for errors in given.errors for name in errors} == {"mode", "product", "text", "reason"}


def correction(cast, person, **changes):
    product = ProductFactory(is_active=False, name="旧产品")
    at = timezone.now() - timedelta(days=2)
    body = full_body(
        customer_id=person.pk, started_at=at.replace(second=42, microsecond=7), offers=(OfferLine(product.pk, "refused"),),
        needs=(NeedLine("棚", TODAY + timedelta(days=9)),), next_on=TODAY + timedelta(days=5), **changes,
    )  # fmt: skip
    return body, product


def as_posted(given):
    """Return what a browser sends back of a form that nobody touched."""
    sent = {}
    for part in (
        given.form,
        *given.offers,
        *given.needs,
        given.offers.management_form,
        given.needs.management_form,
    ):
        for bound in part:
            value = bound.value()
            shown = bound.field.prepare_value(value)
            if hasattr(shown, "pk"):
                shown = shown.pk
            widget = bound.field.widget
            sent[bound.html_name] = (
                ""
                if shown is None
                else widget.format_value(shown)
                if not isinstance(widget.format_value(shown), list)
                else str(shown)
            )
    return {name: value or "" for name, value in sent.items()}


def test_a_correction_that_changes_nothing_says_what_was_said(cast, person):
    """Seconds, lines in their order, a product that is off sale: nothing is lost on the way through the form."""
    body, product = correction(cast, person)
    shown = VisitInput(actor=cast.li, household=person.household, body=body, version=3)
    assert product.name in str(shown.offers)
    sent = {**as_posted(shown), "reason": "看一看"}
    assert sent["version"] in {"3", 3}
    back = VisitInput(sent, actor=cast.li, household=person.household, body=body, version=3)
    assert back.is_valid(), back.errors
    assert parse(back.body).body == body


def test_a_need_comes_back_with_the_row_that_it_is(cast, person):
    body, _product = correction(cast, person)
    body = replace(body, needs=(NeedLine("棚", TODAY + timedelta(days=9), 7),))
    shown = VisitInput(actor=cast.li, household=person.household, body=body)
    sent = {**as_posted(shown), "reason": "记错了", "needs-0-text": "大棚", "needs-1-text": "牛"}
    back = VisitInput(sent, actor=cast.li, household=person.household, body=body)
    assert back.is_valid(), back.errors
    assert [(line.text, line.row) for line in parse(back.body, corrects=True).body.needs] == [
        ("大棚", 7),
        ("牛", None),
    ]
    assert list(parse(back.body).errors) == ["needs.0.row"]


def test_a_time_that_was_touched_is_taken_as_typed(cast, person):
    body, _product = correction(cast, person)
    sent = as_posted(VisitInput(actor=cast.li, household=person.household, body=body))
    at = timezone.localtime(body.started_at) - timedelta(minutes=1)
    sent |= {"started_at": at.strftime("%Y-%m-%dT%H:%M"), "reason": "记错了"}
    back = VisitInput(sent, actor=cast.li, household=person.household, body=body)
    assert back.is_valid(), back.errors
    assert parse(back.body).body.started_at == at.replace(second=0, microsecond=0)


def test_what_the_service_finds_stands_beside_the_line_it_belongs_to(asked):
    """Empty lines are not sent, so the service counts without them."""
    product = ProductFactory()
    given = asked(
        full_body(), reason="x",
        **{"offers-2-product": product.pk, "offers-2-result": "offered", "needs-1-text": "牛"},
    )  # fmt: skip
    assert given.is_valid(), given.errors
    given.add_errors(
        {
            "offers.0.product": ["没有"], "needs.0.text": ["号码"], "note": ["太长", "号码"], "reason": ["说明"],
            "offers": ["两次"], "needs.7.text": ["远"], "needs.x.text": ["怪"], "needs.0.urgent": ["生"], "unknown": ["何"],
        }
    )  # fmt: skip
    assert given.offers.errors[2] == {"product": ["没有"]}
    assert given.needs.errors[1] == {"text": ["号码"], "__all__": ["生"]}
    assert given.form.errors["note"] == ["太长", "号码"]
    assert given.reason.errors == {"reason": ["说明"]}
    assert given.form.non_field_errors() == ["两次", "远", "怪", "何"]


def test_the_form_draws_a_field_that_has_no_place(cast, person):
    form = VisitForm(actor=cast.li, household=person.household)
    assert form.unplaced == []
    form.fields["wish"] = forms.CharField()
    form.fields["hidden"] = forms.CharField(widget=forms.HiddenInput)
    assert [field.name for field in form.unplaced] == ["wish"]


def test_two_wrong_lines_each_bear_their_own_error(asked):
    """The first error must not move the second to the line after it."""
    given = asked(
        **{"needs-TOTAL_FORMS": 4, "needs-0-text": "一", "needs-2-text": "二", "needs-3-text": "三"}
    )
    assert given.is_valid(), given.errors
    given.add_errors({"needs.0.text": ["号码"], "needs.1.text": ["太长"]})
    assert given.needs.errors == [{"text": ["号码"]}, {}, {"text": ["太长"]}, {}]
    assert given.form.errors == {}


@pytest.mark.parametrize("form", [ReasonForm, AsideForm])
@pytest.mark.parametrize(
    ("reason", "right"), [("记错了", True), ("", False), ("  ", False), ("长" * REASON_LENGTH, True), ("长" * (REASON_LENGTH + 1), False)]
)  # fmt: skip
def test_a_reason_is_asked_for(form, reason, right):
    assert form({"reason": reason}).is_valid() is right


def test_the_quick_buttons_lie_a_week_a_month_and_a_quarter_ahead():
    assert next_days(date(2026, 12, 30)) == [
        (7, date(2027, 1, 6)), (30, date(2027, 1, 29)), (90, date(2027, 3, 30)),
    ]  # fmt: skip
