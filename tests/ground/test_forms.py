"""What a map may be asked for, and nothing else."""

import math

import pytest

from grids import measures
from grids.enums import Tier
from ground.forms import MapForm

ON_MAP = [one for one in measures.registered() if one.on_map]


def asked(actor, **data):
    form = MapForm({name: str(value) for name, value in data.items()}, actor=actor)
    return form, form.is_valid()


def test_a_map_that_is_asked_for_nothing_shows_the_first_measure_of_the_grids(cast):
    form, right = asked(cast.li)
    assert right, form.errors
    view = form.view()
    assert (view.measure, view.tier, view.around, view.box) == (ON_MAP[0], Tier.MANAGER, None, None)


def test_everything_asked_for_is_shown(cast):
    form, right = asked(
        cast.chen, measure=ON_MAP[-1].key, level="branch", grid=cast.grid_li.pk, bbox="107,25,107.5,25.5"
    )
    assert right, form.errors
    view = form.view()
    assert (view.measure, view.tier, view.around, view.box) == (
        ON_MAP[-1], "branch", cast.grid_li, (107.0, 25.0, 107.5, 25.5),
    )  # fmt: skip


def test_only_what_can_be_drawn_is_a_colour(cast):
    offered = [key for key, _label in MapForm(actor=cast.li).fields["measure"].choices]
    assert offered == [one.key for one in ON_MAP]
    for one in measures.registered():
        assert asked(cast.li, measure=one.key)[1] is one.on_map


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("measure", "wealth"), ("level", "head_office"), ("level", "x"), ("grid", "x"), ("grid", "0"), ("grid", "9" * 400),
        *(
            ("bbox", text)
            for text in (
                "1", "1,2,3", "1,2,3,4,5", "a,b,c,d", "nan,25,108,26", "1e999,25,108,26", "-inf,25,108,26", "107,25,361,26",
                "108,25,107,26", "107,26,108,25", ",,,", "107;25;108;26", "１０７,25,108", "1" * 121,
            )
        ),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_wrong_in_its_field(cast, field, value):
    form, right = asked(cast.zhao, **{field: value})
    assert (right, list(form.errors)) == (False, [field])


@pytest.mark.parametrize("text", ["107,25,107,25", "-360,-90,360,90", " 107 , 25 , 108 , 26 ", "0,0,0,0"])
def test_a_box_may_be_a_point_or_the_world(cast, text):
    form, right = asked(cast.zhao, bbox=text)
    assert right, form.errors
    assert all(math.isfinite(number) for number in form.cleaned_data["bbox"])


def test_a_grid_out_of_sight_is_as_absent_as_one_that_never_was(cast):
    told = [asked(cast.chen, grid=pk)[0].errors.as_json() for pk in (cast.grid_wu.pk, 10**9)]
    assert told[0] == told[1]
