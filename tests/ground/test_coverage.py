"""The pages of coverage."""

import pytest
from django.utils import timezone

from ground.models import OfficialCount
from people.enums import Role
from tests.factories import HouseholdFactory, UserFactory

PAGE, REGISTER = "/grids/coverage/", "/grids/coverage/register/"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def enter(client):
    def sign_in(user):
        client.force_login(user, backend=BACKEND)
        return client

    return sign_in


@pytest.mark.parametrize("role", [Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR])
def test_the_three_officers_see_neither(enter, db, role):
    client = enter(UserFactory(role=role))
    assert client.get(PAGE).status_code == client.get(REGISTER).status_code == 403


def test_everybody_sees_his_own_ground_and_nobody_anothers(enter, cast):
    HouseholdFactory(grid=cast.grid_li)
    client = enter(cast.li)
    assert cast.grid_li.name in client.get(PAGE).content.decode()
    assert client.get(PAGE, {"grid": cast.grid_wang.pk}).status_code == 404
    assert client.get(PAGE, {"grid": cast.east.pk}).status_code == 404
    client = enter(cast.sun)
    assert client.get(PAGE).status_code == 200


def test_the_page_stands_in_months_without_anything_and_with_nonsense_in_its_address(enter, cast):
    client = enter(cast.chen)
    for query in (
        {"month": "2025-02"},
        {"month": "x", "months": "y", "of": "z", "against": "q"},
        {"months": "12"},
    ):
        assert client.get(PAGE, query).status_code == 200


def test_the_register_is_written_in_one_save_and_shown_again(enter, cast, unguarded):
    client = enter(cast.chen)
    shown = client.get(REGISTER).content.decode()
    assert f'name="grid_{cast.grid_li.pk}"' in shown and f'name="grid_{cast.grid_wu.pk}"' not in shown
    told = {
        "as_of": timezone.localdate().isoformat(),
        "source": "村委会名册",
        f"grid_{cast.grid_li.pk}": "40",
    }
    answer = client.post(REGISTER, told, follow=True)
    assert answer.redirect_chain[-1][0] == f"{PAGE}?grid={cast.east.pk}"
    assert OfficialCount.objects.get().households == 40
    assert 'value="40"' in client.get(REGISTER).content.decode()
    wrong = client.post(REGISTER, {**told, f"grid_{cast.grid_li.pk}": "viele"})
    assert wrong.status_code == 422 and 'value="viele"' in wrong.content.decode()


def test_a_manager_and_another_branch_write_nothing(enter, cast):
    assert enter(cast.li).get(REGISTER).status_code == 403
    assert enter(cast.chen).get(REGISTER, {"branch": cast.west.pk}).status_code == 404
