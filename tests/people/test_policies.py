"""Questions of role: each has its answer for every role, and a new role begins with none of the powers."""

import pytest

from people import policies
from people.enums import BUSINESS_ROLES, Role
from people.models import User

ALLOWED = {
    policies.walks_grids: {Role.ACCOUNT_MANAGER},
    policies.keeps_accounts: {Role.SYSADMIN, Role.SECADMIN},
    policies.opens_accounts: {Role.SYSADMIN},
    policies.gives_roles: {Role.SECADMIN},
    policies.sees_all_tokens: {Role.SYSADMIN},
    policies.reads_trail: {Role.AUDITOR},
}


@pytest.mark.parametrize("question", ALLOWED, ids=lambda question: question.__name__)
def test_each_question_is_answered_for_every_role(question):
    found = {role for role in [*Role, "inspector"] if question(User(role=role))}
    assert found == ALLOWED[question]


def test_a_closed_account_keeps_nothing():
    for question in (
        policies.keeps_accounts,
        policies.opens_accounts,
        policies.gives_roles,
        policies.reads_trail,
    ):
        assert not [role for role in Role if question(User(role=role, is_active=False))]


def test_officers_begin_in_the_server_room():
    assert policies.opens_accounts(None)
    assert policies.roles_of_new_accounts(None) == set(Role)
    assert policies.roles_of_new_accounts(User(role=Role.SYSADMIN)) == BUSINESS_ROLES
