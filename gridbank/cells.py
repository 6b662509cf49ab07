"""What stands in a list's cell, as HTML: a page has hundreds of them, and a template takes too long for each."""

import re
from collections.abc import Iterable
from html import escape

from django.utils.functional import Promise
from django.utils.safestring import SafeString

Text = str | Promise
NOTHING = "–"
# most texts have none of them, and to look once is quicker than to replace five times
_unsafe = re.compile("[&<>\"']").search


def safe(text: Text) -> str:
    """Return a text as it may stand in HTML; what already is HTML stays."""
    if type(text) is SafeString:
        # most of a page was written here already: it is neither copied nor searched again at each level
        return text
    said = str(text)
    return escape(said) if _unsafe(said) and not hasattr(text, "__html__") else said


def html(form: str, *parts: Text, **named: Text) -> SafeString:
    """Do what Django's `format_html` does, a thousand times a page: lists have no lazy forms to wait for."""
    # the form is a program's own, and every part is made safe
    if not named:
        return SafeString(form.format(*map(safe, parts)))
    return SafeString(form.format(*map(safe, parts), **{name: safe(part) for name, part in named.items()}))


def joined(between: str, parts: Iterable[Text]) -> SafeString:
    """Write parts one after the other."""
    return SafeString(between.join(map(safe, parts)))


def link(url: str, text: Text) -> SafeString:
    """Return a link; in a list it looks like the text around it until somebody points at it."""
    return html('<a href="{}">{}</a>', url, text)


def soft(text: Text) -> SafeString:
    """Return what stands beside the main thing."""
    return html('<span class="soft">{}</span>', text)


def badge(text: Text, kind: str = "") -> SafeString:
    """Return a state in words: ok, warn, bad, accent, muted, or none of them."""
    return html('<span class="badge{}">{}</span>', f" badge--{kind}" if kind else "", text)


def beside(*parts: Text) -> SafeString:
    """Put parts beside one another, those without a word left out."""
    return joined(" ", (part for part in parts if part))


def meter(percent: str, label: Text) -> SafeString:
    """Return a share of a hundred as a bar with its number."""
    return html(
        '<span class="meter"><progress class="meter__bar" max="100" value="{0}" aria-label="{1}"></progress>'
        '<span class="meter__value">{0}%</span></span>',
        percent,
        label,
    )


def moment(iso: str, text: str = "") -> SafeString:
    """Return a day or an instant that machines can read too."""
    return html('<time datetime="{}">{}</time>', iso, text or iso)


def pips(steps: Iterable[tuple[str, Text]], sum_: str) -> SafeString:
    """Return a box for each of a few people, filled as far as he has come, and the sum in digits beside them."""
    box = '<span class="pip pip--{state}" title="{label}"></span>'
    boxes = joined("", (html(box, state=state, label=label) for state, label in steps))
    return html('<span class="pips" aria-hidden="true">{}</span>{}', boxes, sum_)
