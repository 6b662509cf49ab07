"""What every page does alike: its methods, parts for HTMX, pages by key, forms that were wrong, asking first."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar, cast

from django import forms
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gridbank.errors import Refused, StaleEdit, note_outage, waited
from gridbank.retries import may_try_again

INVALID = 422
# What a page that asks first sends along, and where its word is typed.
SURE, WORD = "sure", "word"
PAGE_SIZE = 50
# below 2**63, whatever the digits
LONGEST_KEY = 18
require_page = require_http_methods(["GET", "HEAD", "POST"])

Row = TypeVar("Row")


def wants_part(request: HttpRequest) -> bool:
    """Say whether HTMX asks for a part of the page only; a boosted link wants the whole."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted


def part_of(request: HttpRequest, template: str, part: str) -> str:
    """Return the template, or the name of its part when that is all the request wants."""
    return f"{template}#{part}" if wants_part(request) else template


def query_with(request: HttpRequest, **changes: Any) -> str:
    """Return the request's query string, `?` included, with some keys set and those set to None left out."""
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@dataclass(frozen=True)
class Page(Generic[Row]):
    """A page of a list that goes on by key. The addresses are empty where there is nothing to go to."""

    rows: list[Row]
    next_url: str
    first_url: str


def key_page(
    request: HttpRequest,
    rows: Iterable[Row],
    *,
    key: Callable[[Row], Any],
    size: int = PAGE_SIZE,
    name: str = "after",
) -> Page[Row]:
    """Cut a page off rows that begin after the key in the query; `key` names the row that the next page follows.

    A queryset is sliced before it is read; anything else holds at least one row more than the page when there is one.
    """
    found = list(rows[: size + 1] if hasattr(rows, "__getitem__") else rows)
    shown = found[:size]
    following = query_with(request, **{name: key(shown[-1])}) if len(found) > size else ""
    first = query_with(request, **{name: None}) if request.GET.get(name) else ""
    return Page(shown, following, first)


def key_asked(request: HttpRequest, name: str = "after") -> int | None:
    """Return the number in the query that a page follows; None, the beginning, when it is none."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_KEY else None


def add_refusal(form: forms.BaseForm, error: Refused) -> None:
    """Put a service's refusal beside the field it belongs to; after a stale edit the next save is a knowing one."""
    form.add_error(error.field if error.field in form.fields else None, str(error.message))
    if isinstance(error, StaleEdit):
        data = cast("QueryDict", form.data).copy()
        data[form.add_prefix("version")] = str(error.version)
        form.data = data


def written(form: forms.BaseForm, write: Callable[[dict[str, Any]], Any]) -> bool:
    """Do the write with what the form holds when it is valid; False leaves what is wrong in the form.

    So does a wait in vain, unless the request is done once more: what was typed stays.
    """
    if not form.is_valid():
        return False
    try:
        write(form.cleaned_data)
    except Refused as error:
        add_refusal(form, error)
        return False
    except DatabaseError as error:
        sentence = waited(error)
        if not sentence or may_try_again(error):
            raise
        note_outage(error)
        form.add_error(None, sentence)
        return False
    return True


class Filled(Protocol):
    """A form, or several that are sent as one."""

    @property
    def is_bound(self) -> bool:
        """Say whether it was sent."""

    @property
    def errors(self) -> Any:
        """Return what is wrong, nothing when all is right."""


def form_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    form: Filled | None = None,
    begins: bool = True,
) -> HttpResponse:
    """Show a page with its form: 422 with what was typed when something in it is wrong, else 200.

    The first field has the focus, but on a page that begins with something else.
    """
    shown = form or context["form"]
    if begins:
        begin(shown)
    status = INVALID if shown.is_bound and shown.errors else 200
    return render(request, template, context, status=status)


# of several circles or boxes none is the first field: whoever comes there chooses
GROUPS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


def begin(form: Filled) -> None:
    """Let a page begin where one goes on: at the first field that is wrong, else at the first of all.

    Several forms that are sent as one say in `parts` in which order they stand on the page.
    """
    parts: list[forms.BaseForm] = [form] if isinstance(form, forms.BaseForm) else getattr(form, "parts", [])
    fields = [field for part in parts for field in part.visible_fields()]
    fields = [each for each in fields if not (each.field.disabled or isinstance(each.field.widget, GROUPS))]
    wrong = [each for each in fields if form.is_bound and each.errors]
    for each in [*wrong, *fields][:1]:
        each.field.widget.attrs["autofocus"] = True


@dataclass(frozen=True)
class Question:
    """What is asked before an act: its consequences as sentences, the word to type, the way back.

    `carried` is what was sent already and goes along with the answer, by name.
    """

    title: str
    consequences: Sequence[str]
    button: str
    back: str
    word: str = ""
    carried: Mapping[str, str] = field(default_factory=dict)


def unanswered(request: HttpRequest, question: Question) -> HttpResponse | None:
    """Return the page that asks, by the same address; None when the person has just said yes to it."""
    wrong = ""
    if SURE in request.POST:
        if request.POST.get(WORD, "").strip() == question.word:
            return None
        wrong = _("This is not what was to be typed: %(word)s.") % {"word": question.word}
    context = {"question": question, "wrong": wrong}
    return render(request, "ask.html", context, status=INVALID if wrong else 200)
