"""Every finding, made to be found."""

import dataclasses
from decimal import Decimal

import pytest
from shapely.geometry import box

from ground import findings
from ground.findings import MUST, PASSED, REMIND, Facts, check, sentence

LEFT, RIGHT, WHOLE = box(107, 25, 107.1, 25.1), box(107.1, 25, 107.2, 25.1), box(107, 25, 107.2, 25.1)
FAIR = Facts(
    cells={"g1": ("甲", False), "g2": ("乙", False)},
    households={"g1": 30, "g2": 30},
    leads={"g1": "李", "g2": "王"},
    grounds={"g1": LEFT, "g2": RIGHT},
    outline=WHOLE,
)


def found(**changes):
    return {one.kind: one for one in check(dataclasses.replace(FAIR, **changes))}


def test_what_is_in_order_is_said_too_and_nothing_else():
    assert {one.kind: one.level for one in check(FAIR)} == {"everybody": PASSED, "ground": PASSED}


@pytest.mark.parametrize(
    ("kind", "level", "changes"),
    [
        ("nothing", MUST, {"changes": 0}),
        ("gone", MUST, {"gone": ["丙"]}),
        ("no_grid", MUST, {"cells": {"g1": ("甲", True), "g2": ("乙", True)}}),
        ("same_name", MUST, {"cells": {"g1": ("甲", False), "g2": ("甲", False)}}),
        ("in_the_way", MUST, {"left": {"g1": "有移交"}}),
        ("orphans", MUST, {"orphans": [("一村", "甲", 3)]}),
        ("unlisted", REMIND, {"orphans": [("一村", "甲", 0)]}),
        ("undecided", REMIND, {"undecided": 2}),
        ("doubled", REMIND, {"doubled": [("一村 一组", ["甲", "乙"])]}),
        ("too_many", REMIND, {"households": {"g1": 90, "g2": 30}}),
        ("too_few", REMIND, {"households": {"g1": 90, "g2": 30}}),
        ("nobody", REMIND, {"leads": {"g1": "李"}}),
        ("no_ground", REMIND, {"grounds": {"g1": LEFT}}),
        ("overlap", MUST, {"grounds": {"g1": box(107, 25, 107.12, 25.1), "g2": RIGHT}}),
        ("below", MUST, {"below": {"g1": [("小格", RIGHT)]}}),
        ("outside", MUST, {"grounds": {"g1": box(106.9, 25, 107.1, 25.1), "g2": RIGHT}}),
        ("gap", REMIND, {"grounds": {"g1": box(107, 25, 107.08, 25.1), "g2": RIGHT}}),
        ("in_none", REMIND, {"spots": [("g1", 108.0, 25.05)]}),
        ("in_two", REMIND, {"spots": [("g1", 107.1, 25.05)]}),
        ("elsewhere", REMIND, {"spots": [("g1", 107.15, 25.05)]}),
    ],
)
def test_each_is_found_with_its_place_and_said(kind, level, changes):
    assert kind not in found()
    one = found(**changes)[kind]
    assert one.level == level
    assert sentence(one)
    if kind in {"overlap", "below", "outside", "gap", "in_none", "in_two", "elsewhere"}:
        assert one.where is not None


def test_what_must_be_mended_comes_first():
    levels = [one.level for one in check(dataclasses.replace(FAIR, undecided=1, gone=["丙"]))]
    assert levels == sorted(levels, key=[MUST, REMIND, PASSED].index)


def test_a_fair_load_is_a_fifth_around_the_mean():
    assert findings.fair_band([20, 40]) == (Decimal(30), 24, 36)
    assert findings.fair_band([]) == (Decimal(0), 0, 0)


def test_who_leads_two_grids_carries_both():
    facts = dataclasses.replace(FAIR, leads={"g1": "李", "g2": "李"})
    assert findings.carried(facts) == {"李": 60}
