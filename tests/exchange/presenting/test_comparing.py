"""The report of a batch, as a page and as a workbook."""

from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from audit.models import AuditEvent
from tests.customers.corefiles import compared, five, stored


@pytest.fixture
def people(cast):
    return five(cast)


@pytest.fixture
def batch(cast, people):
    return compared(cast, people)


def test_the_page_and_the_workbook_say_the_same_and_the_trail_tells_who_took_it(cast, people, batch, client):
    client.force_login(cast.zhao)
    page = client.get(reverse("exchange:compared", args=[batch.pk]))
    assert page.status_code == 200
    for name in ("甲1", "甲2", "甲3", "甲5"):
        assert name in page.text
    assert people[0].id_number not in page.text
    answer = client.get(reverse("exchange:compared-book", args=[batch.pk]))
    book = openpyxl.load_workbook(BytesIO(answer.content))
    told = [[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()]
    assert len(book.sheetnames) == 3
    assert {"甲3", "甲5"} <= {cell for row in told for cell in row}
    assert AuditEvent.objects.filter(action="batch.compared", actor=cast.zhao).count() == 1
    # as it is linked from the batch
    assert reverse("exchange:compared", args=[batch.pk]) in client.get(batch.get_absolute_url()).text


def test_others_and_other_kinds_have_none(cast, people, batch, client):
    for who in (cast.chen, cast.li):
        client.force_login(who)
        assert client.get(reverse("exchange:compared", args=[batch.pk])).status_code in {403, 404}
    client.force_login(cast.zhao)
    deaths = stored(cast.zhao, "deaths", ["身份证号", "死亡日期"], [people[0].id_number, "2026-11-20"])[0]
    assert client.get(reverse("exchange:compared", args=[deaths.pk])).status_code == 404
