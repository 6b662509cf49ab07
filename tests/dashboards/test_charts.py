"""Charts: hostile labels, nothing, one point, zeros, equal values, gaps; well-formed and small."""

import math
import re
from xml.etree import ElementTree as ET

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from dashboards.charts import sparkline

HOSTILE = "\"><script>alert(1)</script><a href=javascript:x onload='y'>&"
MONTHS = ["6月", "7月", "8月", "9月", "10月", "11月"]
values = st.lists(
    st.one_of(
        st.none(),
        st.integers(-5, 10**9),
        st.floats(),
        st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**6),
    ),
    max_size=40,
)
labels = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)


def parsed(svg):
    root = ET.fromstring(svg)
    for node in root.iter():
        for name in {"x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "width", "height"} & set(node.attrib):
            assert re.fullmatch(r"-?[0-9]+(\.[0-9])?%?", node.get(name))
    return root


def texts(svg):
    return [node.text for node in parsed(svg).iter("text")]


def every_chart(label, numbers):
    return [sparkline(numbers, title=label), sparkline(numbers, title=label, target=1, is_open=True)]


@pytest.mark.parametrize(
    "numbers",
    [
        [],
        [5],
        [0, 0, 0],
        [7, 7, 7],
        [None, 3, None],
        [None],
        [math.nan, math.inf],
        [-3, 4],
        [-1.7e308, 1.7e308],
    ],
)
def test_hostile_labels_stay_text_whatever_the_numbers(numbers):
    for svg in every_chart(HOSTILE, numbers):
        root = parsed(svg)
        assert {node.tag for node in root.iter()} <= {
            "svg", "desc", "title", "g", "a", "text", "rect", "line", "circle", "path", "ul", "li"
        }  # fmt: skip
        for node in root.iter():
            assert not [name for name in node.attrib if name.startswith("on") or name == "style"]


@given(values, labels)
def test_any_numbers_and_labels_make_well_formed_svg(numbers, label):
    for svg in every_chart(label, numbers):
        parsed(svg)


def test_equal_values_and_one_point_are_visible_in_a_sparkline():
    assert len(list(parsed(sparkline([3, 3, 3], title="t")).iter("line"))) == 2
    assert len(list(parsed(sparkline([3], title="t")).iter("circle"))) == 1
    assert not list(parsed(sparkline([], title="t")).iter("circle"))


def test_an_open_course_ends_in_dashes_and_a_hollow_dot():
    root = parsed(sparkline([1, 2, 4], title="t", target=3, is_open=True))
    kinds = [line.get("class") for line in root.iter("line")]
    assert kinds == ["chart-target", None, "chart-line s1 chart-open"]
    assert [dot.get("class") for dot in root.iter("circle")] == ["f1 s1 hollow"]
    assert not list(parsed(sparkline([1, 2, None], title="t", is_open=True)).iter("circle"))[1:]


def test_a_course_of_real_size_stays_small():
    assert (
        len(sparkline([70.1, 71, 72.5, 75, 74, 80], title="走访覆盖率", target=85, is_open=True).encode())
        < 2000
    )


def test_the_tag_draws_without_escaping_twice():
    text = Template('{% load charts %}{% sparkline values title="<t>" %}').render(Context({"values": [1, 2]}))
    assert text.startswith('<svg class="chart chart--spark"')
    assert "&lt;t&gt;" in text
    assert "<t>" not in text
