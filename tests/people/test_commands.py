"""What is done on the server itself."""

import re

import pytest
from django.core.management import CommandError, call_command

from audit.models import AuditEvent
from people.models import User
from tests.factories import UserFactory


def test_the_first_officer_is_made_on_the_server(db, capsys):
    call_command("create_account", "ROOT", "S1", "唐系统", "sysadmin")
    word = re.search(r"root: (\S+) \(until", capsys.readouterr().out)[1]
    user = User.objects.get(username="root")
    assert (user.role, user.must_change_password, user.check_password(word)) == ("sysadmin", True, True)
    assert AuditEvent.objects.get().actor is None


def test_an_officers_password_is_reset_on_the_server(db, capsys):
    user = UserFactory(username="auditor", role="auditor")
    call_command("reset_password", "AUDITOR")
    word = re.search(r"auditor: (\S+) \(until", capsys.readouterr().out)[1]
    user.refresh_from_db()
    assert user.check_password(word)
    assert [event.action for event in AuditEvent.objects.all()] == ["user.password_reset"]


def test_mistakes_are_said(db):
    UserFactory(username="li")
    with pytest.raises(CommandError):
        call_command("create_account", "li", "S1", "李", "auditor")
    with pytest.raises(CommandError):
        call_command("reset_password", "nobody")
