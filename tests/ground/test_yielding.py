"""Neighbours give what is drawn over them and take what is left; edges stay shared."""

import pytest
import shapely
from shapely.geometry import box

from ground.yielding import joined, yielded

WEST, EAST, NORTH = box(0, 0, 1, 1), box(1, 0, 2, 1), box(0, 1, 2, 2)
THREE = {"west": WEST, "east": EAST, "north": NORTH}


def areas(found):
    return {key: None if ground is None else round(ground.area, 6) for key, ground in found.items()}


def test_what_is_covered_is_taken_and_what_is_left_goes_to_the_one_with_most_of_its_edge():
    wider = box(0, 0, 1.25, 1)
    assert areas(yielded("west", wider, THREE)) == {"west": 1.25, "east": 0.75}
    narrower = box(0, 0, 0.75, 1)
    # the piece has one edge of 1 with the east, of .25 with the north
    assert areas(yielded("west", narrower, THREE)) == {"west": 0.75, "east": 1.25}


def test_edges_are_shared_exactly():
    slanted = shapely.Polygon([(0, 0), (1.3, 0), (0.8, 1), (0, 1)])
    found = {**THREE, **yielded("west", slanted, THREE)}
    assert shapely.coverage_is_valid([found["west"], found["east"]])
    assert shapely.union_all(list(found.values())).area == pytest.approx(4)


def test_who_only_touches_stays_as_it_was():
    assert set(yielded("west", box(0, 0, 1, 1), THREE)) == {"west"}


def test_a_new_ground_is_cut_out_of_several():
    found = yielded("new", box(0.5, 0.5, 1.5, 1.5), THREE)
    assert areas(found) == {"new": 1.0, "west": 0.75, "east": 0.75, "north": 1.5}


def test_nothing_may_be_left_of_one():
    assert areas(yielded("west", box(0, 0, 2, 1), THREE)) == {"west": 2.0, "east": None}


def test_what_nobody_has_an_edge_with_is_left_over():
    found = yielded("west", box(0, 0, 0.5, 1), {"west": WEST, "far": box(5, 5, 6, 6)})
    assert areas(found) == {"west": 0.5}


def test_two_are_joined_though_a_corner_of_one_stands_on_a_side_of_the_other():
    whole = joined(box(0, 0.5, 1, 1), EAST)
    assert (whole.geom_type, whole.is_valid, round(whole.area, 6)) == ("Polygon", True, 1.5)
