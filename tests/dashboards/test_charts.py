"""Charts: hostile labels, nothing, one point, zeros, equal values, gaps; well-formed and small."""

import math
import re
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from dashboards.charts import Bar, Series, bar_chart, legend, line_chart, sparkline

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
    bars = [Bar(label, value, "/grids/1/?q=" + label) for value in numbers]
    return [
        line_chart([Series(label, numbers)], [label] * len(numbers), title=label, unit=label, urls=["/x/"]),
        bar_chart(bars, title=label, unit=label),
        sparkline(numbers, title=label),
        legend([Series(label, numbers)]),
    ]


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


def test_a_bar_is_as_long_as_its_share_and_links_to_its_rows():
    svg = bar_chart(
        [Bar("平舟支行", 80, "/grids/2/"), Bar("牙舟支行", Decimal("40.55"), "/grids/3/"), Bar("空", None)],
        title="覆盖率", unit="%", maximum=100,
    )  # fmt: skip
    root = parsed(svg)
    assert [link.get("href") for link in root.iter("a")] == ["/grids/2/", "/grids/3/"]
    assert [rect.get("width") for rect in root.iter("rect") if rect.get("class") == "f1"] == [
        "52%",
        "26.4%",
    ]
    assert texts(svg) == ["平舟支行", "80.0%", "牙舟支行", "40.5%", "空", "–"]
    assert (root.get("role"), root.get("aria-label")) == ("group", "覆盖率")


def test_bars_keep_the_order_given():
    assert texts(bar_chart([Bar("b", 1), Bar("a", 9)], title="t"))[::2] == ["b", "a"]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "//elsewhere.example/", "https://x.example/", "/\\x.example", ""]
)
def test_a_link_never_leaves_the_bank(url):
    for svg in (
        bar_chart([Bar("a", 1, url)], title="t"),
        line_chart([Series("s", [1])], ["a"], title="t", urls=[url]),
    ):
        assert not list(parsed(svg).iter("a"))


def test_a_line_has_a_segment_between_neighbours_and_a_gap_where_nothing_is_known():
    root = parsed(line_chart([Series("存款", [1, 2, None, 4, 5, 10])], MONTHS, title="趋势"))
    group = next(node for node in root.iter("g"))
    assert len(list(group.iter("line"))) == 3
    assert [node.text for node in root.iter("text")] == ["0", "2.5", "5", "7.5", "10", *MONTHS]
    assert root.find("desc").text == "存款: 1, 2, –, 4, 5, 10"


def test_the_highest_value_touches_the_top_and_zero_the_floor():
    root = parsed(line_chart([Series("s", [0, 10])], ["a", "b"], title="t", height=220))
    assert [circle.get("cy") for circle in root.iter("circle")] == ["194", "20"]


def test_each_label_links_to_its_month():
    root = parsed(line_chart([Series("s", [1, 2])], ["10月", "11月"], title="t", urls=["/p/10/", "/p/11/"]))
    assert [(a.get("href"), a.find("text").text) for a in root.iter("a")] == [
        ("/p/10/", "10月"),
        ("/p/11/", "11月"),
    ]


def test_lines_are_told_apart_without_colour():
    four = [Series(name, [1, 2]) for name in "abcd"]
    root = parsed(legend(four))
    marks = [(node.get("class").split()[2:], node.get("r")) for node in root.iter("circle")]
    assert len(marks) == 4
    assert len({str(mark) for mark in marks}) == 4
    assert "".join(root.itertext()) == "abcd"


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


def test_a_long_label_is_cut_and_told_in_full():
    name = "平塘县通州镇翁片村高峰组第二网格"
    root = parsed(bar_chart([Bar(name, 1)], title="t"))
    assert next(root.iter("title")).text == name
    assert next(root.iter("text")).text == "平塘县通州镇翁片…"


def test_charts_of_real_size_stay_under_five_kilobytes():
    branches = [Bar("平舟支行", Decimal("82.35"), f"/grids/{n + 100}/") for n in range(21)]
    lines = [Series(name, [70.1, 71, 72.5, 75, 74, 80]) for name in ("走访覆盖率", "建档率", "开通率")]
    for svg in (
        bar_chart(branches, title="支行比较", unit="%", maximum=100),
        line_chart(
            lines, MONTHS, title="趋势", unit="%", urls=[f"/performance/2026-{n:02}/" for n in range(6, 12)]
        ),
    ):
        assert len(svg.encode()) < 5000


def test_the_tags_draw_without_escaping_twice():
    text = Template('{% load charts %}{% bar_chart bars title="<t>" unit="%" %}').render(
        Context({"bars": [Bar("<b>", 1)]})
    )
    assert text.startswith('<svg class="chart chart--bars"')
    assert "&lt;b&gt;" in text
    assert "<b>" not in text
