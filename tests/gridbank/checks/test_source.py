"""Mistakes in the code itself: owners that nobody asks for, catalogues that nobody compiled."""

from types import SimpleNamespace

import pytest
from django.apps import apps as django_apps
from django.apps.registry import Apps
from django.core.checks import run_checks
from django.db import models

from customers.models import Customer, Household
from gridbank.checks import source
from performance.models import Score
from products.models import Product
from tests.gridbank.checks.found import found


def test_the_project_as_it_stands_has_no_fault(db):
    assert [message for message in run_checks() if not message.is_silenced() and message.level >= 40] == []


def stray(monkeypatch, **fields: models.Field) -> type[models.Model]:
    """Return a model that nobody declared, alone in a registry of its own: no other test meets it."""
    meta = type("Meta", (), {"app_label": "tests", "apps": Apps()})
    model = type("Stray", (models.Model,), {**fields, "Meta": meta, "__module__": __name__})
    monkeypatch.setattr(source, "apps", SimpleNamespace(get_models=lambda **_: [model]))
    return model


@pytest.mark.parametrize("name", ["household", "survivor", "score"])
@pytest.mark.parametrize("target", [Household, Customer, Score])
def test_a_model_with_an_owner_must_be_scoped_whatever_its_key_is_called(monkeypatch, name, target):
    stray(monkeypatch, **{name: models.ForeignKey(target, on_delete=models.PROTECT, related_name="+")})
    assert found(source.rows_with_an_owner_are_scoped) == ["E001"]
    monkeypatch.setitem(source.OPEN_ROWS, "tests.Stray", "a test's own")
    assert found(source.rows_with_an_owner_are_scoped) == []


def test_a_key_that_is_alone_or_many_counts_like_any_other(monkeypatch):
    one = models.OneToOneField(Customer, on_delete=models.PROTECT, related_name="+")
    stray(monkeypatch, survivor=one)
    assert found(source.rows_with_an_owner_are_scoped) == ["E001"]
    stray(monkeypatch, attending=models.ManyToManyField(Customer, related_name="+"))
    assert "E001" in found(source.rows_with_an_owner_are_scoped)


def test_a_key_to_what_belongs_to_nobody_needs_no_scope(monkeypatch):
    stray(monkeypatch, product=models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+"))
    assert found(source.rows_with_an_owner_are_scoped) == []


def test_every_open_row_is_there_and_says_why():
    known = {model._meta.label for model in django_apps.get_models(include_auto_created=True)}
    assert [name for name, why in source.OPEN_ROWS.items() if name not in known or not why] == []


def test_a_catalogue_that_is_not_compiled_is_noticed(settings, tmp_path):
    folder = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").touch()
    settings.BASE_DIR = tmp_path
    assert found(source.catalogues_are_compiled) == ["W002"]
    (folder / "django.mo").touch()
    assert found(source.catalogues_are_compiled) == []
