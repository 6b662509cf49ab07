"""Every role has a home, so that a new one is decided and not forgotten."""

from dashboards.policies import HOMES, Home, home_of
from people.enums import Role
from people.models import User


def test_every_role_has_a_home_of_its_own():
    assert set(HOMES) == set(Role)
    assert sorted(home_of(User(role=role)) for role in Role) == sorted(Home)
