"""The three officers, a manager who knows his password, and a browser for each."""

import pytest

from people.enums import Role
from tests.factories import UserFactory
from tests.people.doors import PASSWORD, browser


@pytest.fixture
def officers(db):
    return {
        role: UserFactory(username=role.value, role=role)
        for role in (Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR)
    }


@pytest.fixture
def sysadmin(officers):
    return officers[Role.SYSADMIN]


@pytest.fixture
def secadmin(officers):
    return officers[Role.SECADMIN]


@pytest.fixture
def li(db):
    user = UserFactory(username="li", name="李娜")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def signed(client):
    return lambda user: browser(user, client)
