"""Charts as SVG: numbers in, markup out. Pure, and the only place that may call markup safe.

Widths are per cent and heights pixels, so that the text keeps its size on every screen; colours and
weights come from the style sheet. Labels are text in the page, escaped here; a link leads to the rows.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

Number = int | float | Decimal
GAP = "–"
TICKS = 4
LABEL_WIDTH = 9.0
# pixels, as the style sheet has it
LABEL_SIZE = 13
# pixels a chart has on a phone
NARROW = 316
HEX_WIDE = 0x2E80
NICE_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
MARKS = 4
# beyond it a float isn't the number any more, and differences overflow; no bank counts so far
LARGEST = 1e15


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it stands for, how long it is (None: not known) and where its rows are."""

    label: str
    value: Number | None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its name and a value for each place on the axis; None leaves a gap."""

    label: str
    values: Sequence[Number | None]


def line_chart(
    series: Sequence[Series],
    labels: Sequence[str],
    *,
    title: str,
    unit: str = "",
    urls: Sequence[str] = (),
    height: int = 220,
) -> SafeString:
    """Draw up to four lines over the same labels; each label links to its url, if there is one."""
    drawn = [[_known(value) for value in one.values[: len(labels)]] for one in series[:MARKS]]
    top = _nice_top(value for values in drawn for value in values if value is not None)
    floor, ceiling = height - 26, 20
    places = [_place(number, len(labels)) for number in range(len(labels))]

    def down(value: float) -> float:
        return floor - max(0.0, value) / top * (floor - ceiling)

    parts = _grid_lines(top, floor, ceiling, unit)
    for number, values in enumerate(drawn, 1):
        points = [
            None if value is None else (x, down(value)) for x, value in zip(places, values, strict=False)
        ]
        parts.append(_line(points, number))
        for point, value, label in zip(points, values, labels, strict=False):
            if point is not None and value is not None:
                told = f"{series[number - 1].label} {label}: {_text(value)}{unit}"
                parts.append(_mark(point, number, told))
    for number, (x, label) in enumerate(zip(places, labels, strict=False)):
        text = f'<text class="chart-tick" x="{_n(x)}%" y="{height - 7}">{escape(_short(label))}</text>'
        parts.append(_linked(text, urls[number] if number < len(urls) else ""))
    told = "; ".join(
        f"{one.label}: " + ", ".join(_text(value) for value in values)
        for one, values in zip(series, drawn, strict=False)
    )
    return _svg("".join(parts), height=height, title=title, described=told)


def legend(series: Sequence[Series]) -> SafeString:
    """List the lines of a chart with their marks: shape and dashes tell them apart, not only colour."""
    items = "".join(
        f'<li><svg class="chart chart--key" width="28" height="12" aria-hidden="true">'
        f'<path class="chart-line s{number}" d="M1 6H27"/>{_shape("14", 6, number)}</svg>'
        f"{escape(one.label)}</li>"
        for number, one in enumerate(series[:MARKS], 1)
    )
    return mark_safe(f'<ul class="legend">{items}</ul>')  # noqa: S308  every label above is escaped


def bar_chart(
    bars: Sequence[Bar], *, title: str, unit: str = "", maximum: Number | None = None, row: int = 26
) -> SafeString:
    """Draw horizontal bars in the order given; `maximum` is the full length (default: the longest bar).

    A `row` is so many pixels high: 26 is at ease, 20 brings many bars into one screen.
    """
    known = [value for value in (_known(bar.value) for bar in bars) if value is not None]
    full = float(maximum) if maximum else max([*known, 0.0])
    exact = any(value != int(value) for value in known)
    start = _label_column([bar.label for bar in bars])
    room = 86 - start
    parts = []
    for number, bar in enumerate(bars):
        top = number * row + (row - 26) // 2
        value = _known(bar.value)
        length = _ratio(value, full) * room
        text = GAP if value is None else f"{_text(value, exact=exact)}{unit}"
        short = _short(bar.label)
        told = f"<title>{escape(bar.label)}</title>" if short != bar.label else ""
        body = (
            f'{told}<text class="l" x="{start - 2}%" y="{top + 18}">{escape(short)}</text>'
            f'<rect class="t" x="{start}%" y="{top + 7}" width="{room}%"/>'
        )
        if length:
            body += f'<rect class="f1" x="{start}%" y="{top + 7}" width="{_n(length)}%"/>'
        body += f'<text x="87%" y="{top + 18}">{escape(text)}</text>'
        parts.append(_linked(body, bar.url, always="g"))
    return _svg(
        "".join(parts),
        height=max(row, row * len(bars)),
        title=title,
        kind="bars",
        linked=any(b.url for b in bars),
    )


def sparkline(
    values: Sequence[Number | None], *, title: str, target: Number | None = None, is_open: bool = False
) -> SafeString:
    """Draw a course without axes, to stand beside a number.

    `target` is a dotted line across; the last value of an open course isn't final: dashes lead to a hollow dot.
    """
    known = [_known(value) for value in values]
    drawn = [value for value in (*known, _known(target)) if value is not None]
    low, high = (min(drawn), max(drawn)) if drawn else (0.0, 0.0)
    spread = (high - low) or 1.0
    step = 92 / max(1, len(known) - 1)

    def down(value: float) -> float:
        return 24 - (value - low) / spread * 20 if high > low else 14.0

    points = [None if value is None else (4 + n * step, down(value)) for n, value in enumerate(known)]
    body = ""
    if target is not None and known:
        y = _n(down(float(target)))
        body = f'<line class="chart-target" x1="0" x2="100%" y1="{y}" y2="{y}"/>'
    closed = points[:-1] if is_open and len(points) > 1 else points
    body += _line(closed, 1)
    if is_open and len(points) > 1:
        body += _unfinished(points[-2], points[-1])
    told = ", ".join(_text(value) for value in known)
    return _svg(body, height=28, title=title, kind="spark", described=told)


def _unfinished(here: tuple[float, float] | None, there: tuple[float, float] | None) -> str:
    """Lead with dashes to where something stands that isn't over."""
    if there is None:
        return ""
    dot = f'<circle class="f1 s1 hollow" cx="{_n(there[0])}%" cy="{_n(there[1])}" r="3"/>'
    if here is None:
        return dot
    ends = f'x1="{_n(here[0])}%" y1="{_n(here[1])}" x2="{_n(there[0])}%" y2="{_n(there[1])}"'
    return f'<line class="chart-line s1 chart-open" {ends}/>{dot}'


def _svg(
    body: str, *, height: int, title: str, kind: str = "plain", described: str = "", linked: bool = False
) -> SafeString:
    told = f"<desc>{escape(described)}</desc>" if described else ""
    role = "group" if linked or "<a " in body else "img"
    return mark_safe(  # noqa: S308  every label in the body went through escape()
        f'<svg class="chart chart--{kind}" role="{role}" aria-label="{escape(title)}" '
        f'width="100%" height="{height}">{told}{body}</svg>'
    )


def _label_column(labels: Iterable[str]) -> int:
    """Return how many per cent the longest label takes on the narrowest screen, with a little air."""
    longest = max((_width(_short(label)) for label in labels), default=0.0)
    return min(35, math.ceil((longest * LABEL_SIZE + 14) / NARROW * 100))


def _linked(body: str, url: str, *, always: str = "") -> str:
    """Wrap in a link when it leads inside the bank's own pages, never anywhere else."""
    if url.startswith("/") and not url.startswith(("//", "/\\")):
        return f'<a href="{escape(url)}">{body}</a>'
    return f"<{always}>{body}</{always}>" if always else body


def _grid_lines(top: float, floor: int, ceiling: int, unit: str) -> list[str]:
    parts = []
    for tick in range(TICKS + 1):
        y = floor - tick / TICKS * (floor - ceiling)
        kind = "chart-grid" if tick else "chart-base"
        parts.append(f'<line class="{kind}" x1="0" x2="100%" y1="{_n(y)}" y2="{_n(y)}"/>')
        parts.append(f'<text x="0" y="{_n(y - 4)}">{_text(top * tick / TICKS)}{escape(unit)}</text>')
    return parts


def _line(points: Sequence[tuple[float, float] | None], number: int) -> str:
    """Join neighbours; a gap breaks the line, a lonely point stays visible as a dot."""
    parts = []
    for here, there in pairwise(points):
        if here and there:
            parts.append(
                f'<line x1="{_n(here[0])}%" y1="{_n(here[1])}" x2="{_n(there[0])}%" y2="{_n(there[1])}"/>'
            )
    if not parts:
        parts = [f'<circle cx="{_n(x)}%" cy="{_n(y)}" r="2"/>' for x, y in filter(None, points)]
    return f'<g class="chart-line s{number}">{"".join(parts)}</g>' if parts else ""


def _mark(point: tuple[float, float], number: int, told: str) -> str:
    return _shape(f"{_n(point[0])}%", point[1], number, f"<title>{escape(told)}</title>")


def _shape(x: str, y: float, number: int, told: str = "") -> str:
    """Give each line a mark of its own size and filling."""
    radius = {1: 3.5, 2: 3.5, 3: 2.5, 4: 4.5}[number]
    hollow = " hollow" if number in {2, 4} else ""
    return f'<circle class="f{number} s{number}{hollow}" cx="{x}" cy="{_n(y)}" r="{radius}">{told}</circle>'


def _place(number: int, count: int) -> float:
    return 55.0 if count == 1 else 14 + number * 82 / (count - 1)


def _known(value: Number | None) -> float | None:
    if value is None:
        return None
    plain = float(value)
    # neither NaN nor infinity is
    return plain if abs(plain) <= LARGEST else None


def _ratio(value: float | None, full: float) -> float:
    return 0.0 if value is None or full <= 0 else min(1.0, max(0.0, value / full))


def _nice_top(values: Iterable[float]) -> float:
    """Return a round number no smaller than any value, and never zero."""
    highest = max(values, default=0.0)
    if highest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(highest))
    return next((step * power for step in NICE_STEPS if step * power >= highest), highest)


def _text(value: float | None, *, exact: bool = False) -> str:
    """Write a number with at most one decimal (two when it is small) and thousands apart.

    `exact` keeps the decimal of whole numbers, so that a column of them stands one below the other.
    """
    if value is None:
        return GAP
    if exact:
        return f"{value:,.1f}"
    places = 2 if 0 < abs(value) < 1 else 1
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _width(label: str) -> float:
    """Return the width of a label in Chinese characters."""
    return sum(1 if ord(sign) >= HEX_WIDE else 0.55 for sign in label)


def _short(label: str) -> str:
    """Cut a label to the width of nine Chinese characters."""
    for number in range(1, len(label) + 1):
        if _width(label[:number]) > LABEL_WIDTH:
            return label[: max(1, number - 2)] + "…"
    return label
