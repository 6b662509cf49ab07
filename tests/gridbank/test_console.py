"""A command's line is in one language, whoever refuses."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy

from gridbank.console import refusals, said
from gridbank.errors import Refused
from tests.factories import UserFactory
from tests.grids.banks import PINGTANG

CHINESE = re.compile(r"[一-鿿]")


@pytest.mark.parametrize("translated", [gettext, gettext_lazy])
def test_what_a_service_refuses_is_said_in_the_commands_language(translated):
    with pytest.raises(CommandError) as told, refusals("x.csv: ", " Nothing was changed."):
        raise Refused(translated("Not found."))
    assert str(told.value) == "x.csv: Not found. Nothing was changed."
    assert translation.get_language() == "zh-hans"
    assert str(said(Refused(gettext_lazy("Not found.")))) == "Not found."


@pytest.mark.django_db
@pytest.mark.parametrize(
    "line",
    [
        ["found_bank", "pt", "x", PINGTANG, "boss"],
        ["found_bank", "PT", "x", "999999", "boss"],
        ["create_account", "boss", "BOSS1", "x", "sysadmin"],
        ["create_account", "a b", "", "", "sysadmin"],
        ["import_areas", "wrong.csv"],
        ["import_products", "wrong.csv"],
        ["seed_demo"],
        ["seed_demo", "--reset-passwords"],
        ["seed_demo", "--today", "2999-01-01"],
        ["rank_month", "2999-01"],
        ["reset_password", "nobody"],
    ],
    ids=" ".join,
)
def test_no_command_mixes_two(line, tmp_path, monkeypatch):
    UserFactory(username="boss", name="Boss")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wrong.csv").write_text("a,b\n1,2\n")
    with pytest.raises(CommandError) as told:
        call_command(*line)
    assert CHINESE.search(str(told.value)) is None, str(told.value)
