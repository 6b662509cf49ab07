"""A list is asked for with a purpose, signed by another person, and fetched by who asked while he may see its rows."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone

from audit.models import AuditEvent
from customers import services as customers
from customers.models import Customer
from exchange import services
from exchange.models import Export, ExportLimit, Made
from exchange.selectors import FREE, export_limit, export_list
from gridbank.context import archives_read, request_scope
from gridbank.errors import NotAllowed, Refused
from grids.models import Assignment
from tests.customers.filling import ADULT, PHONE
from tests.exchange.exports import PURPOSE, asked, cells, made, worked
from tests.factories import AssignmentFactory, CustomerFactory, GridFactory, HouseholdFactory, UserFactory
from tests.people import assign


@pytest.fixture
def person(cast):
    home = HouseholdFactory(grid=cast.grid_li, head_name="曾小明")
    return customers.customer_create(
        actor=cast.li, household=home,
        data={"name": "曾小明", "relation": "head", "id_type": "resident", "id_number": ADULT, "phone": PHONE},
    )  # fmt: skip


def events(action):
    return [event.details for event in AuditEvent.objects.filter(action=action).order_by("pk")]


def test_what_is_asked_for_says_what_for_and_waits(cast, person):
    export = asked(cast.li, clear=["phone"], query="q=曾")
    assert (export.state, export.rows, export.clear, export.query) == ("asked", 1, ["phone"], "q=曾")
    assert "曾" not in str(bytes(export.sealed_query))
    told = {"list": "customers.people", "rows": 1, "clear": ["phone"], "purpose": PURPOSE}
    assert events("export.asked") == [told]


@pytest.mark.parametrize("purpose", ["", "abc", "x" * 201, f"给{PHONE}"])
def test_a_purpose_is_words_and_no_number(cast, person, purpose):
    with pytest.raises(Refused):
        asked(cast.li, purpose=purpose)


def test_nobody_asks_for_what_is_no_list_or_is_not_masked_or_has_wrong_filters(cast, person):
    for wrong in ({"name": "nothing"}, {"clear": ["name"]}, {"query": "archive=x"}):
        with pytest.raises(Refused):
            asked(cast.li, **wrong)
    with pytest.raises(NotAllowed):
        asked(cast.sun)
    assert not Export.everywhere().exists()


def test_too_many_rows_and_too_many_at_a_time_are_refused(cast, person, monkeypatch):
    monkeypatch.setattr(services.exporting, "OPEN_AT_MOST", 1)
    asked(cast.li)
    # by another account of hers, opened when numbers were written otherwise, there are no more
    again = cast.wang
    again.staff_no = f" {cast.li.staff_no}"
    again.save()
    for hers in (cast.li, again):
        with pytest.raises(Refused, match="尚未办结"):
            asked(hers)
    monkeypatch.setattr(services.exporting, "ROWS_AT_MOST", 0)
    with pytest.raises(Refused):
        asked(cast.chen)


def test_a_second_person_of_head_office_signs_and_nobody_else(cast, person):
    export = asked(cast.li)
    for stranger in (cast.wang, cast.wu):
        with pytest.raises(Http404):
            services.export_decide(actor=stranger, export=export, sign=True)
    with pytest.raises(NotAllowed):
        services.export_decide(actor=cast.li, export=export, sign=True)
    own = asked(cast.zhao)
    with pytest.raises(Refused):
        services.export_decide(actor=cast.zhao, export=own, sign=True)
    signed = services.export_decide(actor=cast.zhao, export=export, sign=True)
    assert (signed.state, signed.signer) == ("signed", cast.zhao)
    with pytest.raises(Refused):
        services.export_decide(actor=cast.zhao, export=export, sign=False)
    assert events("export.signed") == [{"list": "customers.people", "asker": cast.li.staff_no}]


def test_what_is_refused_is_never_made(cast, person):
    export = services.export_decide(actor=cast.zhao, export=asked(cast.li), sign=False)
    assert export.state == "refused"
    assert len(events("export.refused")) == 1
    with pytest.raises(Refused):
        services.export_fetch(actor=cast.li, export=export)


def test_the_file_has_what_was_ticked_in_clear_and_masks_the_rest(cast, person):
    export = made(cast.li, cast.zhao, clear=["phone"])
    body = services.export_fetch(actor=cast.li, export=export)
    text = str(cells(body))
    assert ("曾小明" in text, PHONE in text, ADULT in text) == (True, True, False)
    assert (cast.li.staff_no in text, PURPOSE in text) == (True, True)
    assert f"{timezone.localtime(export.made_at):%Y-%m-%d %H:%M}" in text
    masked = services.export_fetch(actor=cast.li, export=made(cast.li, cast.zhao))
    assert PHONE not in str(cells(masked))


def test_every_download_is_counted_and_told_and_the_archives_are_in_the_read_log(cast, person):
    export = made(cast.li, cast.zhao)
    for count in (1, 2):
        with request_scope("x"):
            services.export_fetch(actor=cast.li, export=export)
            assert archives_read() == {"customers.household": {person.household_id}}
        assert export_list(actor=cast.li).get(pk=export.pk).downloads == count
    assert [one["download"] for one in events("export.fetched")] == [1, 2]


def test_only_who_asked_fetches_it(cast, person):
    export = made(cast.li, cast.zhao)
    with pytest.raises(NotAllowed):
        services.export_fetch(actor=cast.zhao, export=export)
    with pytest.raises(Http404):
        services.export_fetch(actor=cast.wang, export=export)


def test_who_has_another_ground_gets_nothing_of_what_he_had(cast, person):
    export = made(cast.li, cast.zhao)
    AssignmentFactory(user=cast.li, grid=cast.grid_wang, part="helper")
    with pytest.raises(Http404):
        services.export_fetch(actor=cast.li, export=export)


def test_rows_that_left_ones_sight_are_made_out_of_the_file(cast, person):
    other = CustomerFactory(household=HouseholdFactory(grid=cast.grid_li), name="留下的")
    export = made(cast.li, cast.zhao)
    person.household.__class__.objects.visible_to(cast.zhao).filter(pk=person.household_id).update(
        grid=cast.grid_wu
    )
    assert services.export_fetch(actor=cast.li, export=export) is None
    assert not Made.everywhere().exists()
    assert len(events("export.remade")) == 1
    again = worked(export)
    text = str(cells(services.export_fetch(actor=cast.li, export=again)))
    assert ("曾小明" in text, other.name in text) == (False, True)


def test_whose_processing_is_restricted_since_has_no_number_in_it(cast, person):
    export = made(cast.li, cast.zhao, clear=["phone"])
    Customer.objects.visible_to(cast.zhao).filter(pk=person.pk).update(restricted_at=timezone.now())
    assert services.export_fetch(actor=cast.li, export=export) is None
    assert PHONE not in str(cells(services.export_fetch(actor=cast.li, export=worked(export))))


def test_a_file_is_there_for_three_days_and_gone_the_night_after(cast, person):
    export, waiting = made(cast.li, cast.zhao), asked(cast.li)
    services.exports_forget()
    assert Made.everywhere().exists()
    long_ago = timezone.now() - timedelta(days=8)
    Export.everywhere().filter(pk=export.pk).update(expires_at=timezone.now())
    Export.everywhere().filter(pk=waiting.pk).update(state="signed")
    with pytest.raises(Refused):
        services.export_fetch(actor=cast.li, export=export)
    assert services.exports_forget() == 1
    assert not Made.everywhere().exists()
    gone = Export.everywhere().get(pk=export.pk)
    assert (gone.state, gone.file, bytes(gone.sealed_manifest)) == ("gone", "", b"")
    assert events("exports.removed") == [{"exports": 1}]
    Export.everywhere().filter(pk=waiting.pk).update(asked_at=long_ago)
    assert services.exports_forget() == 1, "what nobody had made for a week is asked for again"


def test_who_signs_for_the_bank_sets_its_limit(cast):
    assert export_limit(actor=cast.li) == FREE
    for rows in (0, 20_001):
        with pytest.raises(Refused):
            services.export_limit_set(actor=cast.zhao, rows=rows)
    with pytest.raises(NotAllowed):
        services.export_limit_set(actor=cast.chen, rows=5)
    for rows in (5, 5, 6):
        services.export_limit_set(actor=cast.zhao, rows=rows)
    assert export_limit(actor=cast.li) == 6
    assert ExportLimit.objects.count() == 1
    assert events("export.limited") == [{"rows": [None, 5]}, {"rows": [5, 6]}]


def test_a_stranger_of_another_bank_signs_nothing(cast, person):
    abroad = UserFactory(role="head_office")
    assign(abroad, GridFactory(tier="head_office", parent=None))
    with pytest.raises(Http404):
        services.export_decide(actor=abroad, export=asked(cast.li), sign=True)
    assert Assignment.objects.visible_to(abroad).count() == 1
