"""The page on the village's wall: who, for what, where, and a code that opens the grid."""

import html
import re
from datetime import date

import pytest
import segno
from django.urls import reverse
from django.utils.html import escape

from grids.models import Duty
from tests import factories
from tests.ground.squares import give_ground

pytestmark = pytest.mark.django_db


def test_it_says_who_answers_for_what_and_where_the_bank_is(cast, enter, unguarded):
    give_ground(cast)
    Duty.objects.create(grid=cast.grid_li, text="每季走访一次<每户>", valid_from=date(2020, 1, 1))
    Duty.objects.create(
        grid=cast.grid_li, text="从前的", valid_from=date(2020, 1, 1), valid_to=date(2020, 2, 1)
    )
    text = enter(cast.li).get(reverse("ground:wall", args=[cast.grid_li.pk])).text
    for said in (cast.grid_li.name, cast.li.name, escape("每季走访一次<每户>"), "甲村服务点"):
        assert said in text
    assert "从前的" not in text
    assert "乙村服务点" not in text
    (code,) = re.findall(r'<img src="(data:image/svg[^"]+)"', text)
    made = segno.make_qr(f"http://testserver{cast.grid_li.get_absolute_url()}", error="m")
    assert html.unescape(code) == made.svg_data_uri(scale=4, border=4)
    assert (
        reverse("ground:wall", args=[cast.grid_li.pk])
        in enter(cast.li).get(cast.grid_li.get_absolute_url()).text
    )


def test_another_ones_grid_has_no_page(cast, enter):
    assert enter(cast.li).get(reverse("ground:wall", args=[cast.grid_wang.pk])).status_code == 404
    assert enter(factories.UserFactory(role="auditor")).get(
        reverse("ground:wall", args=[cast.grid_li.pk])
    ).status_code in {403, 404}
