"""The page of targets: a branch in one save, rates in percent, signed where it is offered."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from gridbank.scoping import waive_scope
from performance.models import GridTarget
from tests import factories

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def test_a_clerk_types_a_branch_and_a_second_signs(cast, client):
    client.force_login(cast.chen, backend=BACKEND)
    address = f"{reverse('performance:targets')}?branch={cast.east.pk}&month=2026-12&indicator=archive_rate"
    page = client.get(address)
    assert cast.grid_li.name in page.text
    seen = re.search(r'name="seen" value="(\w+)"', page.text)[1]
    sent = {
        "act": "save",
        "seen": seen,
        f"assured_{cast.east.pk}": "80",
        f"assured_{cast.grid_li.pk}": "82.5",
    }
    assert client.post(address, sent).status_code == 302
    with waive_scope("a test"):
        assert GridTarget.objects.get(grid=cast.grid_li).assured == Decimal("0.825")
    stale = client.post(address, sent | {f"assured_{cast.grid_wang.pk}": "50"})
    assert (stale.status_code, f'value="{seen}"' in stale.text) == (422, True), (
        "what was written meanwhile stays"
    )
    sent["seen"] = re.search(r'name="seen" value="(\w+)"', client.get(address).text)[1]
    wrong = client.post(address, sent | {f"aimed_{cast.east.pk}": "70"})
    assert wrong.status_code == 422
    assert 'value="sign"' not in client.get(address).text
    second = factories.UserFactory(role="head_office")
    factories.AssignmentFactory(user=second, grid=cast.root, part="deputy")
    client.force_login(second, backend=BACKEND)
    assert 'value="sign"' in client.get(address).text
    assert client.post(address, {"act": "sign", "looked_at": "of before"}).status_code == 409
    seen = re.search(r'name="looked_at" value="(\w+)"', client.get(address).text)[1]
    assert client.post(address, {"act": "sign", "looked_at": seen}).status_code == 302
    with waive_scope("a test"):
        assert set(GridTarget.objects.values_list("is_signed", flat=True)) == {True}


def test_only_ones_own_branches_are_there(cast, client):
    client.force_login(cast.chen, backend=BACKEND)
    assert client.get(f"{reverse('performance:targets')}?branch={cast.west.pk}").status_code == 404
    client.force_login(cast.li, backend=BACKEND)
    assert client.get(reverse("performance:targets")).status_code == 403
