"""What stands in a list's cell, as HTML: a page has hundreds of them, and a template takes too long for each."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Text = str | Promise
NOTHING = "–"


def link(url: str, text: Text) -> SafeString:
    """Return a link; in a list it looks like the text around it until somebody points at it."""
    return format_html('<a href="{}">{}</a>', url, text)


def soft(text: Text) -> SafeString:
    """Return what stands beside the main thing."""
    return format_html('<span class="soft">{}</span>', text)


def badge(text: Text, kind: str = "") -> SafeString:
    """Return a state in words: ok, warn, bad, accent, muted, or none of them."""
    return format_html('<span class="badge{}">{}</span>', f" badge--{kind}" if kind else "", text)


def beside(*parts: Text) -> SafeString:
    """Put parts beside one another, those without a word left out."""
    return format_html_join(" ", "{}", ((part,) for part in parts if part))


def meter(percent: str, label: Text) -> SafeString:
    """Return a share of a hundred as a bar with its number."""
    return format_html(
        '<span class="meter"><progress class="meter__bar" max="100" value="{0}" aria-label="{1}"></progress>'
        '<span class="meter__value">{0}%</span></span>',
        percent,
        label,
    )


def moment(iso: str, text: str = "") -> SafeString:
    """Return a day or an instant that machines can read too."""
    return format_html('<time datetime="{}">{}</time>', iso, text or iso)


def pips(steps: Iterable[tuple[str, Text]], sum_: str) -> SafeString:
    """Return a box for each of a few people, filled as far as he has come, and the sum in digits beside them."""
    boxes = format_html_join(
        "",
        '<span class="pip pip--{state}" title="{label}"></span>',
        ({"state": a, "label": b} for a, b in steps),
    )
    return format_html('<span class="pips" aria-hidden="true">{}</span>{}', boxes, sum_)
