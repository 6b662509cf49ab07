"""Help: every page has its topic, every role its first day."""

import re

import pytest

from dashboards.helping import FIRST_DAY, TOPICS, topic_of
from dashboards.policies import home_of
from people.enums import Role
from people.models import User
from tests.factories import UserFactory
from tests.nets.frozen import read

ROUTES = [line.split(" | ") for line in read("routes.txt") if ":" in line.split(" | ")[0]]


@pytest.mark.parametrize(
    ("route", "roles"),
    [(route, roles) for route, methods, roles in ROUTES if "GET" in methods and "public" not in roles],
)
def test_every_page_has_a_topic_for_everybody_who_may_open_it(route, roles):
    topic = topic_of(route)
    assert topic, f"{route}: name it in a topic of dashboards/helping.py"
    assert all(topic.whose(User(role=role, is_active=True)) for role in roles.split())


@pytest.mark.parametrize("role", Role)
def test_help_speaks_of_the_page_one_comes_from_first_and_of_no_page_of_others(client, db, role):
    client.force_login(UserFactory(role=role))
    page = client.get("/help/", {"page": "people:password"})
    keys = re.findall(r'<section class="card" id="([a-z]+)"', page.text)
    assert keys[0] == "own"
    assert set(keys) == {topic.key for topic in TOPICS if topic.whose(User(role=role, is_active=True))}
    assert all(str(sentence) in page.text for sentence in FIRST_DAY[home_of(User(role=role))])
    assert client.get("/help/", {"page": "<script>"}).status_code == 200


def test_the_session_s_length_stands_on_the_page_and_a_way_to_the_help(client, db, settings):
    client.force_login(UserFactory())
    page = client.get("/help/").text
    assert f'data-session="{settings.SESSION_IDLE_SECONDS}"' in page
    assert 'href="/help/?page=dashboards%3Ahelp"' in page
