"""What is asked of whoever brings a file."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from exchange.matching import Head
from exchange.models import PURPOSE_LENGTH, Batch
from exchange.outlets import Outlet
from exchange.reading import BYTES_AT_MOST
from exchange.sheets import Sheet
from gridbank.fields import DayField


class BringForm(forms.Form):
    """A file, and the day of which it tells."""

    file = forms.FileField(
        label=_("File"), help_text=_("xlsx, xls or csv, up to 64 MB."), allow_empty_file=True
    )
    as_of = DayField(
        label=pgettext_lazy("file", "As of"),
        help_text=_("What was changed here after this day waits for your decision."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Begin with today."""
        super().__init__(*args, **kwargs)
        self.fields["as_of"].initial = timezone.localdate()
        self.fields["file"].widget.attrs["accept"] = ".xlsx,.xls,.csv,.txt"

    def content(self) -> bytes:
        """Return the file's bytes, and one too many of a file that is too large."""
        file: Any = self.cleaned_data["file"]
        return bytes(file.read(BYTES_AT_MOST + 1))


class ExpectedForm(forms.Form):
    """By when each kind of file is to be here every night; empty where none is expected."""

    def __init__(self, *args: Any, sheets: Sequence[Sheet], due: Mapping[str, time], **kwargs: Any) -> None:
        """Ask for a time of each kind."""
        super().__init__(*args, **kwargs)
        for sheet in sheets:
            widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
            self.fields[sheet.kind] = forms.TimeField(
                label=sheet.label, required=False, initial=due.get(sheet.kind), widget=widget
            )


class ColumnsForm(forms.Form):
    """Which column of a file is what, by its place."""

    def __init__(self, *args: Any, batch: Batch, **kwargs: Any) -> None:
        """Offer the columns of the kind."""
        super().__init__(*args, **kwargs)
        self.heads = batch.heads
        choices = [("", _("Not brought in")), *((one.key, one.label) for one in batch.sheet.columns)]
        for at, head in enumerate(self.heads):
            self.fields[f"c{at}"] = forms.ChoiceField(
                label=head.name, required=False, choices=choices, initial=head.key
            )

    def keys(self) -> dict[int, str]:
        """Return what was said."""
        return {at: self.cleaned_data[f"c{at}"] for at in range(len(self.heads))}

    def lines(self) -> Iterator[tuple[Head, Any]]:
        """Return each column of the file with its field."""
        for at, head in enumerate(self.heads):
            yield head, self[f"c{at}"]


class AskForm(forms.Form):
    """What a list is asked for, and what of it in clear."""

    purpose = forms.CharField(
        label=_("What for"),
        max_length=PURPOSE_LENGTH,
        help_text=_("Stands in the audit log; no names and no numbers of people."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, outlet: Outlet, **kwargs: Any) -> None:
        """Offer what the list masks."""
        super().__init__(*args, **kwargs)
        if outlet.clear:
            self.fields["clear"] = forms.MultipleChoiceField(
                label=_("In clear"),
                required=False,
                choices=[(one.key, one.label) for one in outlet.clear],
                widget=forms.CheckboxSelectMultiple,
                help_text=_("Nothing is in clear unless you tick it."),
            )


class DecideForm(forms.Form):
    """Whether an export is signed."""

    sign = forms.TypedChoiceField(
        label=_("Signature"),
        choices=[("yes", _("Sign")), ("no", _("Refuse"))],
        coerce=lambda value: value == "yes",
    )


class LimitForm(forms.Form):
    """Up to how many rows a list goes out at once."""

    rows = forms.IntegerField(label=_("Rows at once"), min_value=1, max_value=20_000)
