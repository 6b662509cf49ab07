"""The officers' lists without their pages: each opened by its own officers only, and made as a file."""

import pytest
from django.http import QueryDict

from exchange import services
from exchange.outlets import outlet_of
from tests.exchange.exports import cells, made
from tests.factories import UserFactory


@pytest.fixture
def officers(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return {role: UserFactory(role=role) for role in ("sysadmin", "secadmin", "auditor")}


def rows(name, actor, query=""):
    return outlet_of(name).opened(actor, QueryDict(query)).source.rows


def test_accounts_are_the_administrators(cast, officers):
    assert rows("people.accounts", officers["secadmin"], "q=李娜").get() == cast.li
    assert not rows("people.accounts", officers["auditor"]).exists()
    assert outlet_of("people.accounts").opened(officers["sysadmin"], QueryDict("role=x")) is None


@pytest.mark.parametrize("name", ["audit.events", "audit.readings"])
def test_the_trail_is_the_auditors(cast, officers, name):
    assert not rows(name, officers["secadmin"]).exists()
    assert outlet_of(name).opened(officers["auditor"], QueryDict("since=x")) is None


def test_the_auditors_file_of_the_trail_is_made_once_a_second_officer_has_signed(cast, officers):
    made(officers["sysadmin"], officers["secadmin"], name="people.accounts")
    export = made(officers["auditor"], officers["secadmin"], name="audit.events", query="action=export.asked")
    text = str(cells(services.export_fetch(actor=officers["auditor"], export=export)))
    assert officers["sysadmin"].name in text
    assert made(officers["auditor"], officers["secadmin"], name="audit.readings").state == "ready"
