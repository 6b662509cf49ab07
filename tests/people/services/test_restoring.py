"""After a restore nobody is signed in, and no token answers, because a backup says so."""

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client

from audit.models import AuditEvent
from people.services import everybody_out, token_create

pytestmark = pytest.mark.django_db


def test_sessions_and_tokens_of_the_backup_end_and_one_row_says_so(cast, capsys):
    browser = Client()
    browser.force_login(cast.li)
    secret = token_create(actor=cast.li, name="laptop", days=1).secret
    bearer = {"HTTP_AUTHORIZATION": f"Token {secret}"}
    assert browser.get("/customers/").status_code == 200
    assert Client().get("/api/v1/grids/", **bearer).status_code == 200
    call_command("after_restore")
    assert "1 sessions, 1 API tokens" in capsys.readouterr().out
    assert browser.get("/customers/").status_code == 302
    assert Client().get("/api/v1/grids/", **bearer).status_code == 401
    (row,) = AuditEvent.objects.filter(action="data.restored")
    assert row.details == {"sessions_ended": 1, "tokens_revoked": 1}


def test_a_session_that_stands_in_no_table_ends_too(cast):
    before = cast.li.get_session_auth_hash()
    everybody_out()
    cast.li.refresh_from_db()
    assert cast.li.get_session_auth_hash() != before
    assert not Session.objects.exists()
    # asked twice: nothing is left
    assert everybody_out() == (0, 0)
