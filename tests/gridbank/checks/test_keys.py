"""A check says that the keys aren't the database's, and is silent where there is none to ask."""

from dataclasses import replace

import pytest
from django.core.checks import run_checks
from django.db.utils import InterfaceError

from gridbank import fingerprints
from gridbank.checks import keys


def said(databases=("default",)):
    return [each.msg for each in keys.keys_are_the_databases(databases=databases)]


@pytest.mark.django_db
def test_each_key_that_is_wrong_or_lost_is_named(settings):
    assert said() == []
    settings.KEYS = replace(settings.KEYS, index_key=b"o" * 32, field_keys={"k2": b"p" * 32})
    assert [line[:25] for line in said()] == ["The field key 'k1' is mis", "The index key is not the "]
    # what isn't asked of a database has none to ask
    assert said(None) == said(["other"]) == []
    of_all = [each.id for each in run_checks(databases=["default"])]
    assert of_all.count("gridbank.E043") == len(said())


@pytest.mark.django_db
def test_a_database_that_is_away_or_has_no_tables_is_no_fault_of_the_keys(settings, monkeypatch):
    settings.KEYS = replace(settings.KEYS, index_key=b"o" * 32)
    monkeypatch.setattr(fingerprints, "_known", lambda _on: None)
    assert said() == []

    def away():
        raise InterfaceError

    monkeypatch.setattr(fingerprints, "prove", away)
    assert said() == []
