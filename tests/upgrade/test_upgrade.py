"""A bank that was installed goes on: the state kept is loaded, migrated forward, and looked at from all sides."""

import json
import os

import pytest
from django.conf import settings
from django.db import connection

from tests.upgrade import looking, states

pytestmark = pytest.mark.slow
NAME = f"gridbank_upgrade_{os.getpid()}"


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory, django_db_setup):
    """Return what is found in the database that was migrated forward."""
    folder = tmp_path_factory.mktemp("upgrade")
    server = os.environ.get("DATABASE_URL", "")
    on_postgresql = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    if on_postgresql:
        url = states.new_postgresql(server, NAME)
        states.load_postgresql(url, states.read("postgresql"))
    else:
        url = states.load_sqlite(folder / "state.sqlite3", states.read("sqlite"))
    try:
        states.run(url, "manage.py", "migrate", "--verbosity", "0", GRIDBANK_VAR=str(folder))
        yield json.loads(states.run(url, "-m", "tests.upgrade.looking", GRIDBANK_VAR=str(folder)))
    finally:
        if on_postgresql:
            states.drop_postgresql(server, NAME)


def test_every_month_is_what_it_was(upgraded):
    assert len(upgraded["months"]) >= 6
    assert {month["status"] for month in upgraded["months"]} >= {"published", "locked"}
    assert [month for month in upgraded["months"] if month["differences"]] == []


def test_the_trail_is_whole(upgraded):
    assert upgraded["trail"] == []


def test_no_key_leads_nowhere(upgraded):
    assert upgraded["strays"] == []


@pytest.mark.parametrize("kind", ["columns", "constraints", "indexes", "triggers"])
def test_it_is_built_like_a_new_one(db, upgraded, kind):
    new, old = looking.shape(connection)[kind], upgraded["shape"][kind]
    assert new
    assert sorted(set(new) - set(old)) == [], "missing after the upgrade"
    assert sorted(set(old) - set(new)) == [], "left over by the upgrade"


@pytest.mark.postgres
def test_functions_are_as_a_new_one_has_them(db, upgraded):
    assert upgraded["shape"]["functions"] == looking.shape(connection)["functions"]
