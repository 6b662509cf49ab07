"""Every field of every form is called something in Chinese: an error is told beside that name."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator

import pytest
from django import forms
from django.utils import translation

from tests.i18n.messages import ROOMS

CHINESE = re.compile(r"[\u4e00-\u9fff]")
# the API says its parameters by the names that its document gives them
FOR_PROGRAMS = {"GridApiFilter", "AreaApiFilter", "ProductFilterForm", "OfferFilterForm"}


def modules() -> Iterator[str]:
    for room in ROOMS:
        package = importlib.import_module(room)
        for found in pkgutil.walk_packages(package.__path__, f"{room}."):
            words = found.name.split(".")
            if "forms" in words and "api" not in words:
                yield found.name


def every_form() -> dict[str, type[forms.BaseForm]]:
    return {
        f"{name}.{kind.__qualname__}": kind
        for name in modules()
        for kind in vars(importlib.import_module(name)).values()
        if inspect.isclass(kind)
        and issubclass(kind, forms.BaseForm)
        and kind.__module__ == name
        and kind.__name__ not in FOR_PROGRAMS
    }


FORMS = every_form()


def test_there_are_forms_in_every_room_that_has_some():
    assert {name.partition(".")[0] for name in FORMS} >= {
        "people",
        "grids",
        "customers",
        "visits",
        "needs",
        "audit",
    }


@pytest.mark.parametrize("name", FORMS)
def test_every_field_says_what_it_is_called(name):
    with translation.override("zh-hans"):
        # signing in takes its first label from the account when it is made
        asked = FORMS[name]().fields if name.endswith("SignInForm") else FORMS[name].base_fields
        labels = {field: str(one.label or "") for field, one in asked.items()}
    assert {f: label for f, label in labels.items() if not CHINESE.search(label)} == {}
