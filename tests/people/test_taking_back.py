"""What the officers do is taken back right there: a role, an account that was opened again."""

import re

import pytest

from audit.models import AuditEvent
from tests.factories import UserFactory


def undone(client, page):
    (token,) = re.findall(r'name="undo" value="([^"]+)"', page)
    return client.post("/undo/", {"undo": token})


WAYS = {
    "role": ("secadmin", {"role": "branch_manager"}, "role", "account_manager"),
    "enable": ("sysadmin", {}, "is_active", False),
}


@pytest.mark.parametrize("path", WAYS)
def test_it_is_as_it_was_before(client, request, path):
    by, sent, field, before = WAYS[path]
    officer = request.getfixturevalue(by)
    user = UserFactory(role="account_manager", is_active=path != "enable")
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    page = client.post(f"/people/{user.pk}/{path}/", sent, follow=True).text
    user.refresh_from_db()
    assert getattr(user, field) != before
    assert undone(client, page).status_code == 302
    user.refresh_from_db()
    assert getattr(user, field) == before
    told = AuditEvent.objects.filter(subject_id=str(user.pk), actor=officer, action__startswith="user.")
    assert told.count() == 2
    # it is not as it was when the button was made
    assert undone(client, page).status_code == 409
