"""How inputs and menus become HTML.

Django asks three templates for every input and two for every option of a menu; a list that offers a hundred branches
spent more on that than on its fifty rows. What is plain is written here, as Django's templates write it; the rest
is still theirs.
"""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from django.forms.renderers import DjangoTemplates


def _text(value: Any) -> str:
    """Write a value, escaped unless it is safe already."""
    text = value if isinstance(value, str) else str(value)
    return text if hasattr(text, "__html__") else escape(text)


def _attributes(attrs: Mapping[str, Any]) -> str:
    """Write attributes; a bare name for True, nothing for False."""
    return "".join(
        f" {_text(name)}" + ("" if value is True else f'="{_text(value)}"')
        for name, value in attrs.items()
        if value is not False
    )


def _input(widget: Mapping[str, Any]) -> str:
    value = "" if widget["value"] is None else f' value="{_text(widget["value"])}"'
    kind, name = _text(widget["type"]), _text(widget["name"])
    return f'<input type="{kind}" name="{name}"{value}{_attributes(widget["attrs"])}>'


def _option(option: Mapping[str, Any]) -> str:
    attributes = _attributes(option["attrs"])
    return f'\n  <option value="{_text(option["value"])}"{attributes}>{_text(option["label"])}</option>'


def _select(widget: Mapping[str, Any]) -> str:
    written = []
    for group, options, _index in widget["optgroups"]:
        written += [f'\n  <optgroup label="{_text(group)}">'] if group else []
        written += map(_option, options)
        written += ["\n  </optgroup>"] if group else []
    return (
        f'<select name="{_text(widget["name"])}"{_attributes(widget["attrs"])}>{"".join(written)}\n</select>'
    )


def _ticks(widget: Mapping[str, Any]) -> str:
    written = []
    for group, options, _index in widget["optgroups"]:
        written += [f'<p class="ticks__group">{_text(group)}</p>'] if group else []
        for option in options:
            attrs = {name: value for name, value in option["attrs"].items() if name != "required"}
            written.append(
                f'<label class="ticks__one" data-keys="{_text(option["keys"])}">'
                f'<input type="checkbox" name="{_text(option["name"])}" value="{_text(option["value"])}"'
                f"{_attributes(attrs)}> <span>{_text(option['label'])}</span></label>\n"
            )
    return f'<div class="ticks" data-ticks data-find="{_text(widget["find"])}" tabindex="0">{"".join(written)}</div>'


WRITERS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "django/forms/widgets/select.html": _select,
    "gridbank/ticks": _ticks,
    **{
        f"django/forms/widgets/{kind}.html": _input
        for kind in ("checkbox", "date", "datetime", "hidden", "number", "password", "text")
    },
}


class FormRenderer(DjangoTemplates):
    """Django's own renderer, but for the plain widgets."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """Return a widget, field or form as HTML; whoever asked calls it safe."""
        write = WRITERS.get(template_name)
        return super().render(template_name, context, request) if write is None else write(context["widget"])
