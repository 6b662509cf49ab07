"""What the pages of the accounts show and ask."""

from datetime import UTC, datetime

import pytest

from people import presenting
from people.enums import Role
from people.forms import RoleForm
from people.presenting import ACCOUNTS
from people.services import token_create
from tests.factories import UserFactory


@pytest.mark.parametrize("ask", [presenting.disabling, presenting.ending, presenting.resetting])
def test_each_question_names_the_person_and_leads_back_to_the_account(li, ask):
    question = ask(li)
    assert str(li) in question.title
    assert question.back == li.get_absolute_url()
    assert len({*question.consequences}) == len(question.consequences) >= 2


def test_a_token_s_question_leads_back_to_whoever_asks(li):
    token = token_create(actor=li, name="报表", days=1).token
    assert presenting.revoking(token, as_officer=False).back == "/accounts/tokens/"
    assert presenting.revoking(token, as_officer=True).back == li.get_absolute_url()


def test_tokens_are_for_the_system_administrator_s_eyes(li, sysadmin, secadmin):
    token = token_create(actor=li, name="报表", days=1).token
    assert presenting.account(actor=sysadmin, user=li, form=RoleForm())["tokens"].get() == token
    assert presenting.account(actor=secadmin, user=li, form=RoleForm())["tokens"] == []


def drawn(user):
    return {column.key: str(column.draw(user)) for column in ACCOUNTS.columns}


def test_a_row_says_who_it_is_and_when_he_was_last_here(db):
    seen = datetime(2026, 3, 1, 17, 30, tzinfo=UTC)
    user = UserFactory(name="<李娜>", username="li", staff_no="P1", role=Role.AUDITOR, last_login=seen)
    row = drawn(user)
    assert (row["username"], row["staff_no"], row["role"]) == ("li", "P1", "审计员")
    assert "&lt;李娜&gt;" in row["name"]
    assert row["last"] == "2026-03-02 01:30"
    assert drawn(UserFactory())["last"] == "–"


@pytest.mark.parametrize(
    ("fields", "kind"),
    [({}, "ok"), ({"must_change_password": True}, "warn"), ({"is_active": False}, "muted")],
)
def test_the_state_is_said_in_words_and_by_how_much_it_matters(db, fields, kind):
    text, found = presenting.state(UserFactory(**fields))
    assert (bool(text), found) == (True, kind)
