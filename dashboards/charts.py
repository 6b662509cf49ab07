"""Charts as SVG: numbers in, markup out. Pure, and the only place that may call markup safe.

Widths are per cent and heights pixels, so that lines keep their weight on every screen; colours and weights come from
the style sheet. Labels are text in the page, escaped here.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

Number = int | float | Decimal
GAP = "–"
# beyond it a float isn't the number any more, and differences overflow; no bank counts so far
LARGEST = 1e15


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


def _svg(body: str, *, height: int, title: str, kind: str, described: str) -> SafeString:
    told = f"<desc>{escape(described)}</desc>"
    return mark_safe(  # noqa: S308  the body holds numbers, and every label went through escape()
        f'<svg class="chart chart--{kind}" role="img" aria-label="{escape(title)}" '
        f'width="100%" height="{height}">{told}{body}</svg>'
    )


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


def _known(value: Number | None) -> float | None:
    if value is None:
        return None
    plain = float(value)
    # neither NaN nor infinity is
    return plain if abs(plain) <= LARGEST else None


def _text(value: float | None) -> str:
    """Write a number with at most one decimal (two when it is small) and thousands apart."""
    if value is None:
        return GAP
    places = 2 if 0 < abs(value) < 1 else 1
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
