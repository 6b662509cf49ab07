"""Which token opens the API."""

import pytest
from django.test import Client
from django.utils import timezone

from people import services
from people.models import ApiToken


def test_an_expired_token_opens_nothing(li):
    secret = services.token_create(actor=li, name="x", days=1).secret
    ApiToken.objects.update(expires_at=timezone.now())
    assert Client().get("/api/v1/me/", headers={"Authorization": f"Token {secret}"}).status_code == 401


@pytest.mark.parametrize("token", ["", "x", "gb_é", "gb_" + "x" * 10000, "gb_\x00"])
def test_a_made_up_token_is_refused(db, token):
    assert Client().get("/api/v1/me/", headers={"Authorization": f"Token {token}"}).status_code == 401
