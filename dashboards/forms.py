"""What may be asked of a home."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers.searching import Term, sort_out
from grids import measures

DEFAULT = "coverage"


def _choices() -> list[tuple[str, Any]]:
    return [(one.key, one.label) for one in measures.registered() if one.on_map]


class MeasureForm(forms.Form):
    """By which measure the map is coloured and the branches are compared, and by which column they are sorted."""

    measure = forms.ChoiceField(label=_("Colour by"), choices=_choices, required=False)
    sort = forms.RegexField(label=_("Sort by"), regex=r"-?[a-z_]{1,40}", required=False)

    skip = forms.RegexField(
        label=_("Left for later"), regex=r"[0-9]{1,18}(,[0-9]{1,18}){0,39}", required=False
    )

    @property
    def skipped(self) -> list[int]:
        """Return the households that are left for later, in their order."""
        return [int(key) for key in self._named("skip").split(",") if key]

    @property
    def chosen(self) -> str:
        """Return the measure's key; the first one when none or none known is named."""
        named: str = self._named("measure")
        return named or DEFAULT

    @property
    def order(self) -> str:
        """Return the column to sort by, with a minus before it for the other way round; empty when none is named."""
        return self._named("sort")

    def _named(self, name: str) -> str:
        self.is_valid()
        return str(self.cleaned_data.get(name, ""))


class SearchForm(forms.Form):
    """What is looked for from any page."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "autofocus": True}),
    )

    @property
    def term(self) -> Term:
        """Return the text as the search for people understands it."""
        return sort_out(self.cleaned_data["q"])
