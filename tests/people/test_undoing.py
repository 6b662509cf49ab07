"""Undo in the message: one button, for who did it alone, for ten minutes, through the service's own powers."""

import re
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core import signing

from gridbank.errors import Refused
from people.models import SavedView
from people.services import view_save
from people.undoing import SALT, WITHIN, take_back

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def deleted(client, cast):
    """A view of li's that is just deleted, and the page that says so."""
    client.force_login(cast.li, backend=BACKEND)
    view = view_save(actor=cast.li, name="未见", of="customers.households", query="met=never")
    return client.post(f"/views/{view.pk}/delete/", {"path": "/customers/"}, follow=True).text


def token_in(page):
    (found,) = re.findall(r'name="undo" value="([^"]+)"', page)
    return found


def test_the_message_takes_it_back_once_and_leads_back(client, deleted):
    said = "视图已删除。"
    assert said in deleted
    token = token_in(deleted)
    answer = client.post(
        "/undo/", {"undo": token}, headers={"referer": "http://testserver/customers/?size=25"}
    )
    assert answer["Location"] == "/customers/?size=25"
    assert [(one.name, one.query) for one in SavedView.objects.all()] == [("未见", "met=never")]
    assert client.post("/undo/", {"undo": token}).status_code == 409
    # what was said is said once
    assert said not in client.get("/customers/").text


def test_it_is_nobody_elses_and_not_for_ever(client, cast, deleted):
    token = token_in(deleted)
    for given in (token + "x", "", signing.dumps([cast.li.pk, "people.view", []], salt="another")):
        with pytest.raises(Refused):
            take_back(cast.li, given)
    client.force_login(cast.wang, backend=BACKEND)
    assert client.post("/undo/", {"undo": token}).status_code == 409
    with pytest.raises(Refused):
        take_back(cast.li, signing.dumps([cast.li.pk, "unknown", []], salt=SALT))
    later = signing.time.time() + (WITHIN + timedelta(seconds=1)).total_seconds()
    with patch.object(signing.time, "time", return_value=later), pytest.raises(Refused):
        take_back(cast.li, token)
    assert not SavedView.objects.exists()
