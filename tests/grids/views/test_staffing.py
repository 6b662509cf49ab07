"""The pages on who is where: what is wanting, and one person for several grids, shown before it is done."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from grids.models import Assignment
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def test_its_page_opens_with_the_first_that_has_rows(cast, enter):
    factories.GridFactory(parent=cast.east, name="丁村")
    client = enter(cast.chen)
    assert "丁村" in client.get(reverse("grids:gaps")).text
    assert client.get(f"{reverse('grids:gaps')}?show=idle").status_code == 200
    assert enter(cast.li).get(reverse("grids:gaps")).status_code == 403


def test_what_is_ticked_is_shown_before_it_is_done(cast, enter):
    empty = factories.GridFactory(parent=cast.east, name="丁村")
    client, address = enter(cast.chen), reverse("grids:assign-ticked")
    keys = [cast.grid_li.pk, empty.pk]
    assert "丁村" in client.get(address, {"grids": keys}).text
    day = str(TODAY + timedelta(days=1))
    sent = {"grids": keys, "user": cast.sun.pk, "part": "lead", "first_day": day}
    seen = client.post(address, sent)
    assert cast.li.name in seen.text
    assert not Assignment.everywhere().filter(user=cast.sun).exists()
    sure = {"sure": "yes", "seen": re.search(r'name="seen" value="(\w+)"', seen.text)[1]}
    factories.AssignmentFactory(user=cast.wang, grid=empty, valid_from=TODAY)
    assert client.post(address, sent | sure).status_code == 422, "somebody leads it meanwhile"
    assert not Assignment.everywhere().filter(user=cast.sun).exists()
    sure["seen"] = re.search(r'name="seen" value="(\w+)"', client.post(address, sent).text)[1]
    assert client.post(address, sent | sure).status_code == 302
    rows = Assignment.everywhere()
    assert rows.filter(user=cast.sun).count() == 2
    assert rows.get(user=cast.li, grid=cast.grid_li).valid_to == TODAY
