"""What the pages of the accounts show and ask."""

import pytest

from people import presenting
from people.forms import RoleForm
from people.services import token_create


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
