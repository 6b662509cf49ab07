"""Tags of the frame around every page."""

import uuid
from functools import cache

from django import template
from django.template import Context, Node, NodeList
from django.template.base import Parser, Token
from django.utils.html import format_html
from heroicons.templatetags import heroicons

from gridbank.once import FIELD

register = template.Library()


@register.simple_tag
@cache
def icon(name: str) -> str:
    """Return an outlined icon for the eye only, drawn once: drawing one takes longer than a table's row."""
    return heroicons.heroicon_outline(name, aria_hidden="true")


@register.simple_tag
def once() -> str:
    """Return a form's key, made as the form is opened: sent twice, it is done once."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, uuid.uuid4().hex)


class _Keep(Node):
    def __init__(self, name: str, content: NodeList) -> None:
        self.name, self.nodelist = name, content

    def render(self, context: Context) -> str:
        context[self.name] = self.nodelist.render(context)
        return ""


@register.tag
def keep(parser: Parser, token: Token) -> Node:
    """Keep what stands between `{% keep name %}` and `{% endkeep %}`, to be shown more than once."""
    _tag, name = token.split_contents()
    content = parser.parse(("endkeep",))
    parser.delete_first_token()
    return _Keep(name, content)
