"""The form of a visit with its lines: bound to what was posted, or filled from a body."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, Household
from gridbank.fields import LARGEST_KEY, DayField, Pick
from needs.enums import NEED_LENGTH
from people.models import User
from products.enums import OfferResult
from products.selectors import offered_most, product_list
from visits import policies, selectors
from visits.body import MOST_NEEDS, MOST_OFFERS, NOTE_LENGTH, REASON_LENGTH, Errors, VisitBody
from visits.enums import Mode

MINUTE = "%Y-%m-%dT%H:%M"
# the page puts these where they are needed; any other field follows the note
PLACED = {"customer", "met", "mode", "started_at", "next_on", "note"}


class _PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        person: Customer = obj
        words = [person.name, str(person.get_relation_display())]
        age = person.age_on(timezone.localdate())
        if age is not None:
            words.append(str(_("%(age)s years") % {"age": age}))
        if person.do_not_contact:
            words.append(str(_("does not want contact")))
        return " · ".join(words)


class VisitForm(forms.Form):
    """One contact, without its offers and needs."""

    id = forms.UUIDField(label=_("Visit"), widget=forms.HiddenInput)
    version = forms.IntegerField(
        label=_("Version"), required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput
    )
    customer = _PersonChoice(
        label=_("Person visited"),
        queryset=Customer.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
    )
    met = forms.TypedChoiceField(
        label=_("Met anyone"),
        choices=[("yes", _("Met or reached")), ("no", _("No one met or reached"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether you met anyone.")},
    )
    mode = forms.ChoiceField(
        label=_("How"), choices=Mode.choices, widget=forms.RadioSelect, initial=Mode.DOOR
    )
    started_at = forms.DateTimeField(
        label=_("When"),
        input_formats=[MINUTE, "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTE),
    )
    next_on = DayField(label=_("Next visit on"), required=False)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("No ID, phone or card numbers."),
    )
    latitude = forms.FloatField(label=_("Latitude"), required=False, widget=forms.HiddenInput)
    longitude = forms.FloatField(label=_("Longitude"), required=False, widget=forms.HiddenInput)
    accuracy_m = forms.FloatField(label=_("Accuracy in metres"), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: User, household: Household, **kwargs: Any) -> None:
        """Offer the members of this household who live, and whom a visit that is corrected was paid to."""
        super().__init__(*args, **kwargs)
        people: Any = self.fields["customer"]
        chosen = self.initial.get("customer")
        visited = chosen if isinstance(chosen, int) else 0
        people.queryset = selectors.members(actor=actor, household=household, visited=visited)

    def clean_started_at(self) -> datetime:
        """Say here what would otherwise be parked: whoever types can still put it right."""
        found: datetime = self.cleaned_data["started_at"]
        if policies.in_future(found, timezone.now()):
            raise forms.ValidationError(_("This time lies in the future."))
        return found

    @property
    def unplaced(self) -> list[forms.BoundField]:
        """Return the visible fields that have no place of their own on the page."""
        return [field for field in self.visible_fields() if field.name not in PLACED]

    @property
    def content(self) -> dict[str, Any]:
        """Return the visit's own fields as JSON values."""
        return {name: _json(value) for name, value in self.cleaned_data.items() if name != "version"}


class OfferLineForm(forms.Form):
    """One product and what became of it."""

    product = forms.ChoiceField(label=_("Product"), required=False, widget=Pick)
    result = forms.ChoiceField(
        label=_("Result"), required=False, choices=[("", _("Result")), *OfferResult.choices]
    )

    def __init__(self, *args: Any, products: list[tuple[Any, Any]], **kwargs: Any) -> None:
        """Offer what is on sale, read once for all lines."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["product"]
        field.choices = [("", _("Product")), *products]

    def clean(self) -> dict[str, Any]:
        """Ask for the other half."""
        data = super().clean() or self.cleaned_data
        if bool(data.get("product")) != bool(data.get("result")) and not self.errors:
            missing = "result" if data.get("product") else "product"
            self.add_error(missing, _("Choose both product and result."))
        return data

    @property
    def content(self) -> dict[str, Any] | None:
        """Return the line as JSON values, None when it is empty."""
        given = self.cleaned_data
        if not given.get("product"):
            return None
        return {"product": int(given["product"]), "result": given["result"]}


class NeedLineForm(forms.Form):
    """One need and its deadline."""

    text = forms.CharField(
        label=_("Need"),
        required=False,
        max_length=NEED_LENGTH,
        widget=forms.TextInput(attrs={"placeholder": _("Need")}),
    )
    due_on = DayField(label=_("Due on"), required=False)
    row = forms.IntegerField(
        label=_("Row"), required=False, min_value=1, max_value=LARGEST_KEY, widget=forms.HiddenInput
    )

    def clean(self) -> dict[str, Any]:
        """Ask what is needed when only a day is given."""
        data = super().clean() or self.cleaned_data
        if data.get("due_on") and not data.get("text") and not self.errors:
            self.add_error("text", _("Say what is needed."))
        return data

    @property
    def content(self) -> dict[str, Any] | None:
        """Return the line as JSON values, None when it is empty."""
        given = self.cleaned_data
        if not given.get("text"):
            return None
        due_on = given["due_on"].isoformat() if given["due_on"] else None
        row = {"row": given["row"]} if given.get("row") else {}
        return {"text": given["text"], "due_on": due_on, **row}


OfferLines = formset_factory(OfferLineForm, extra=3, max_num=MOST_OFFERS, validate_max=True)
NeedLines = formset_factory(NeedLineForm, extra=2, max_num=MOST_NEEDS, validate_max=True)


class ReasonForm(forms.Form):
    """Why a visit is corrected."""

    reason = forms.CharField(label=_("Why it is corrected"), max_length=REASON_LENGTH)


class AsideForm(forms.Form):
    """Why a held visit is put aside."""

    reason = forms.CharField(label=_("Why it is put aside"), max_length=REASON_LENGTH)


class VisitInput:
    """The visit's form with its lines: bound to what was posted, or filled from a body."""

    def __init__(
        self,
        data: Any = None,
        *,
        actor: User,
        household: Household,
        body: VisitBody | None = None,
        version: int = 1,
    ) -> None:
        """Build the three parts; `body` fills them for a correction."""
        self.before = body
        named = [(product.pk, product.label) for product in product_list()]
        if body is not None:
            named = selectors.products_with(named, [line.product_id for line in body.offers])
        products = _best_first(named, offered_most(actor=actor))
        initial = _initial(actor, household) if body is None else _from_body(body, version)
        self.form = VisitForm(data, actor=actor, household=household, initial=initial)
        offers = [] if body is None else [{"product": o.product_id, "result": o.result} for o in body.offers]
        needs = (
            [] if body is None else [{"text": n.text, "due_on": n.due_on, "row": n.row} for n in body.needs]
        )
        self.offers: BaseFormSet[OfferLineForm] = OfferLines(
            data, prefix="offers", initial=offers, form_kwargs={"products": products}
        )
        self.needs: BaseFormSet[NeedLineForm] = NeedLines(data, prefix="needs", initial=needs)
        self.reason = ReasonForm(data) if body is not None else None

    @property
    def is_bound(self) -> bool:
        """Say whether the form was sent."""
        return self.form.is_bound

    def is_valid(self) -> bool:
        """Check every part, so that every error shows at once."""
        right = [part.is_valid() for part in self._parts]
        return all(right)

    @property
    def errors(self) -> list[Any]:
        """Return what is wrong in the parts, of the services' findings as well."""
        lines = [self.offers.non_form_errors(), self.needs.non_form_errors()]
        found = [*lines, *self.offers.errors, *self.needs.errors, self.form.errors]
        return [each for each in (*found, self.reason.errors if self.reason else None) if each]

    @property
    def _parts(self) -> list[Any]:
        return [self.form, self.offers, self.needs, *([self.reason] if self.reason else [])]

    @property
    def body(self) -> dict[str, Any]:
        """Return what the sync API would have been sent."""
        offers = [form.content for form in self.offers]
        needs = [form.content for form in self.needs]
        content = self.form.content
        # the page shows minutes: an untouched time keeps its seconds
        if self.before is not None:
            at = self.before.started_at
            if self.form.cleaned_data["started_at"] == at.replace(second=0, microsecond=0):
                content["started_at"] = at.isoformat()
        return {
            **content,
            "offers": [line for line in offers if line],
            "needs": [line for line in needs if line],
        }

    def add_errors(self, errors: Errors) -> None:
        """Put what a service found wrong beside the field it belongs to."""
        # an error takes its value out of the line: which lines were sent is asked before any is added
        sent: dict[str, list[Any]] = {
            "offers": [form for form in self.offers if form.content],
            "needs": [form for form in self.needs if form.content],
        }
        for place, messages in errors.items():
            form, field = self._place(place, sent)
            for message in messages:
                form.add_error(field if field in form.fields else None, message)

    def _place(self, place: str, sent: Mapping[str, Sequence[Any]]) -> tuple[forms.Form, str]:
        name, _dot, rest = place.partition(".")
        if name == "reason" and self.reason is not None:
            return self.reason, "reason"
        if name in sent and rest:
            number, _dot, field = rest.partition(".")
            lines = sent[name]
            if number.isascii() and number.isdigit() and int(number) < len(lines):
                return lines[int(number)], field
        return self.form, name


def _best_first(products: list[tuple[int, str]], most: list[int]) -> list[tuple[Any, Any]]:
    """Return the products with those on top that the person offers most."""
    best = [each for pk in most for each in products if each[0] == pk]
    if not best:
        return [*products]
    return [(_("Offered most by you"), best), *(each for each in products if each not in best)]


def _initial(actor: User, household: Household) -> dict[str, Any]:
    return {
        "id": uuid.uuid4(),
        "started_at": timezone.localtime().replace(second=0, microsecond=0),
        "customer": selectors.head_or_first(actor=actor, household=household),
    }


def _json(value: Any) -> Any:
    if isinstance(value, Customer):
        return value.pk
    # an instant is one as well
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value


def _from_body(body: VisitBody, version: int) -> dict[str, Any]:
    return {
        **body.columns(),
        "id": body.id,
        "version": version,
        "customer": body.customer_id,
        "met": "yes" if body.met else "no",
        "started_at": timezone.localtime(body.started_at),
    }


def next_days(day: date) -> list[tuple[int, date]]:
    """Return what the quick buttons offer: so many days from a day."""
    return [(days, day + timedelta(days=days)) for days in (7, 30, 90)]
