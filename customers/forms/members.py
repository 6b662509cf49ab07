"""Several people of a household in one table: a row each, sent and saved together."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet
from django.forms.renderers import BaseRenderer, get_default_renderer
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers import selectors
from customers.enums import Gender, IdType, Relation
from customers.forms.archive import ID_ATTRS, PHONE_ATTRS, HouseholdForm, check_texts
from customers.identity import Identity, IdentityError, guess_id_type, parse_id_number, parse_phone
from customers.models import Customer, Household
from customers.naming import name_key
from customers.presenting.people import alike
from customers.services.twins import LikelyTwins
from gridbank.days import day_read
from gridbank.errors import Refused
from gridbank.fields import key_read
from people.models import User

PREFIX = "people"
# blank rows of the page, and how many one press adds
ROWS = 5
MOST = 20
# the answer that somebody is none of those he is like
OTHER = "other"
# the button of a page without scripts
MORE = "more"
# what is asked of a number stands in one column with the date of birth
COLUMN = {"id_number": "identity", "id_type": "identity", "birth_date": "identity"}
_DAY = re.compile(r"\d{4}\D\d{1,2}\D\d{1,2}\D?|\d{8}")
# so many characters are meant to be a number, and never shown again when they are wrong
_NUMBER = 11
# what tables elsewhere call these columns: pasted with their heads they find their places
CALLED = {
    "name": pgettext_lazy("heads of a column elsewhere", "name|full name"),
    "relation": pgettext_lazy("heads of a column elsewhere", "relation|relation to head"),
    "identity": pgettext_lazy("heads of a column elsewhere", "ID|ID number|date of birth|birth date"),
    "phone": pgettext_lazy("heads of a column elsewhere", "phone|mobile|telephone"),
    "gender": pgettext_lazy("heads of a column elsewhere", "gender|sex"),
    "occupation": pgettext_lazy("heads of a column elsewhere", "occupation|job"),
    "guardian": pgettext_lazy("heads of a column elsewhere", "guardian"),
}


def _label(name: str) -> Any:
    return Customer._meta.get_field(name).verbose_name  # type: ignore[union-attr]


class IdentityField(forms.CharField):
    """An ID number, of which the rest is read, or else a date of birth."""

    def clean(self, value: Any) -> Any:
        """Return an Identity, a day, or nothing. Raises ValidationError."""
        text = super().clean(value)
        if not text:
            return None
        today, plain = timezone.localdate(), re.sub(r"\s", "", text)
        if _DAY.fullmatch(plain):
            try:
                return day_read(re.sub(r"\D", "-", plain).rstrip("-"), today)
            except ValueError:
                raise ValidationError(_("This day doesn't exist.")) from None
        if len(plain) < _NUMBER:
            raise ValidationError(_("Write an ID number, or a date of birth like 19800517."))
        try:
            return parse_id_number(text, id_type=guess_id_type(text), today=today)
        except IdentityError as error:
            raise ValidationError(str(error.message)) from None

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """Show what was just typed, but no number that is wrong."""
        bound = super().get_bound_field(form, field_name)
        typed = bound.value() or ""
        bound.value = lambda: "" if bound.errors and len(typed) >= _NUMBER else typed  # type: ignore[method-assign]
        return bound


class MemberForm(forms.Form):
    """A row: one person."""

    name = forms.CharField(
        label=_label("name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    relation = forms.ChoiceField(label=_("Relation"), choices=[("", "–"), *Relation.choices])
    identity = IdentityField(
        label=_("ID number or birth date"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs=ID_ATTRS),
    )
    phone = forms.CharField(
        label=_label("phone"), required=False, max_length=40, widget=forms.TextInput(attrs=PHONE_ATTRS)
    )
    gender = forms.ChoiceField(label=_label("gender"), required=False, choices=[("", "–"), *Gender.choices])
    occupation = forms.CharField(
        label=_label("occupation"), required=False, max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )  # fmt: skip
    guardian = forms.ChoiceField(label=_label("guardian"), required=False)

    # whether this is one of those he is like, by key, or somebody else: asked only where there is one
    twin = forms.CharField(
        label=_("Perhaps the same person"), required=False, max_length=20, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, guardians: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        """Offer the other rows, and the adults who live there."""
        super().__init__(*args, **kwargs)
        guardian: Any = self.fields["guardian"]
        guardian.choices = [("", "–"), *guardians]
        self.alike: dict[str, Any] | None = None

    def clean_phone(self) -> str:
        """Say here what is wrong with a phone, beside everything else that is."""
        text: str = self.cleaned_data["phone"]
        try:
            return text and parse_phone(text)
        except IdentityError as error:
            raise ValidationError(str(error.message)) from None

    def clean_twin(self) -> str:
        """Take an answer, or none."""
        answer: str = self.cleaned_data["twin"]
        return answer if answer == OTHER or key_read(answer) else ""

    @property
    def known_as(self) -> int:
        """Return the key of whom this row is said to be, 0 when he is to be written down."""
        return key_read(self.cleaned_data.get("twin", ""))

    def clean(self) -> dict[str, Any]:
        """Check the texts."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        check_texts(self)
        return found

    def values(self) -> dict[str, Any]:
        """Return what a service takes, but the guardian; what is blank is left out."""
        given = self.cleaned_data
        found = {name: given[name] for name in ("name", "relation", "phone", "gender", "occupation")}
        identity = given["identity"]
        if isinstance(identity, Identity):
            found |= {"id_number": identity.number, "id_type": IdType(identity.id_type)}
        else:
            found["birth_date"] = identity
        return {name: value for name, value in found.items() if value}


class Members(BaseFormSet):  # type: ignore[type-arg]
    """The table. Blank rows are nobody."""

    form = MemberForm
    min_num, max_num, absolute_max = 0, MOST, MOST
    can_order = can_delete = can_delete_extra = validate_min = False
    validate_max = True
    renderer: BaseRenderer

    def __init__(
        self, data: Any = None, *, actor: User, household: Household | None = None, rows: int = ROWS
    ) -> None:
        """Begin with a head where there is none yet."""
        self.is_new, self.renderer = household is None, get_default_renderer()
        adults: Any = ()
        if household is not None:
            adults = selectors.guardians(actor=actor, household=household, ward=Customer())
        self.adults = {f"c{adult.pk}": adult for adult in adults}
        first = [{"relation": Relation.HEAD}] if household is None else []
        self.extra = rows - len(first)
        super().__init__(data, prefix=PREFIX, initial=first)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Name the other rows by number and, when they were sent, by name."""
        rows = [
            (str(place), f"{place + 1} {self.data.get(f'{PREFIX}-{place}-name', '')}".strip())
            for place in range(self.total_form_count())
            if place != index
        ]
        return {"guardians": [*((key, adult.name) for key, adult in self.adults.items()), *rows]}

    def clean(self) -> None:
        """Hold what two rows say of each other."""
        heads, named = 0, set[str]()
        for form in self.filled:
            key = name_key(form.cleaned_data.get("name", ""))
            if key and key in named:
                form.add_error("name", _("This person stands twice."))
            named.add(key)
            heads += form.cleaned_data.get("relation") == Relation.HEAD
            if heads > 1 and form.cleaned_data.get("relation") == Relation.HEAD:
                form.add_error("relation", _("A household has one head."))
            guardian = form.cleaned_data.get("guardian") or ""
            if guardian.isdecimal():
                self._check_guardian(form, self.forms[int(guardian)])
        if not self.filled:
            raise ValidationError(_("Write down at least one person."))
        if self.is_new and not heads and self.is_right:
            self.filled[0].add_error("relation", _("A household has one head."))

    def _check_guardian(self, form: MemberForm, other: MemberForm) -> None:
        """A guardian from another row stands in it, and comes into this household."""
        if other not in self.filled:
            form.add_error("guardian", _("Nobody stands in this row."))
        elif other.known_as:
            here = self.adults.get(f"c{other.known_as}")
            if here is None:
                form.add_error("guardian", _("The guardian must be another person of the same household."))
            else:
                form.cleaned_data["guardian"] = f"c{here.pk}"

    @property
    def is_right(self) -> bool:
        """Whether nothing is wrong in any row."""
        return not any(form.errors for form in self.filled)

    @property
    def parts(self) -> list[forms.BaseForm]:
        """Return the rows in their order; where somebody is asked about, that is where one goes on."""
        return [] if any(form.alike for form in self.forms) else list(self.forms)

    @property
    def columns(self) -> list[tuple[Any, Any]]:
        """Return the fields of a row, each with what its column is called elsewhere."""
        return [(field, CALLED[field.name]) for field in self.empty_form.visible_fields()]

    @property
    def filled(self) -> list[MemberForm]:
        """Return the rows in which somebody stands, in order."""
        return [form for form in self.forms if form.has_changed() or not form.empty_permitted]

    @property
    def entered(self) -> list[MemberForm]:
        """Return the rows of those who are to be written down: not of those who are here already."""
        return [form for form in self.filled if not form.known_as]

    @property
    def known(self) -> dict[int, str]:
        """Return who is here already, by key, with the relation that was typed."""
        return {form.known_as: form.cleaned_data["relation"] for form in self.filled if form.known_as}

    @property
    def apart(self) -> set[int]:
        """Return the places of those of whom it was said that they are others than those they are like."""
        return {place for place, form in enumerate(self.entered) if form.cleaned_data["twin"] == OTHER}

    def values(self) -> list[dict[str, Any]]:
        """Return the people as a service takes them."""
        places = {str(self.forms.index(form)): place for place, form in enumerate(self.entered)}
        found = []
        for form in self.entered:
            key = form.cleaned_data["guardian"]
            guardian = self.adults.get(key) or places.get(key)
            found.append(form.values() | ({} if guardian is None else {"guardian": guardian}))
        return found

    def ask(self, error: LikelyTwins) -> None:
        """Show beside each row whom he is like, and ask whether he is."""
        entered = self.entered
        for place, twin in error.found.items():
            entered[place].alike = alike(twin)
            entered[place].add_error(None, str(error.message))

    def add_refusal(self, error: Refused) -> None:
        """Put a service's refusal into the cell that it is about."""
        form = self.entered[error.place or 0]
        name = COLUMN.get(error.field or "", error.field)
        form.add_error(name if name in form.fields else None, str(error.message))


def so_far(form: forms.BaseForm, data: Any) -> None:
    """Fill a fresh form with what was typed, without judging it."""
    for name, field in form.fields.items():
        form.initial[name] = field.widget.value_from_datadict(data, {}, form.add_prefix(name))


def members_of(data: Any, *, actor: User, household: Household | None = None) -> Members:
    """Return the table as it was sent; when more rows were asked for, what was typed with more rows below it."""
    if data is None or MORE not in data:
        return Members(data, actor=actor, household=household)
    sent = data.get(f"{PREFIX}-TOTAL_FORMS", "")
    rows = int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 3 else 0  # noqa: PLR2004
    table = Members(actor=actor, household=household, rows=min(rows + ROWS, MOST))
    for form in table.forms[:rows]:
        so_far(form, data)
    return table


class OpeningForms:
    """A household and its people, sent as one."""

    def __init__(self, data: Any, *, actor: User) -> None:
        """Bind both to what was sent."""
        more = data is not None and MORE in data
        self.household = HouseholdForm(None if more else data, actor=actor)
        if more:
            so_far(self.household, data)
        self.members = members_of(data, actor=actor)

    @property
    def is_bound(self) -> bool:
        """Say whether they were sent to be saved."""
        return self.household.is_bound

    @property
    def parts(self) -> list[forms.BaseForm]:
        """Return the rows and then the household, as they stand on the page."""
        return [*self.members.parts, self.household] if self.members.parts else []

    @property
    def errors(self) -> list[Any]:
        """Return what is wrong in either."""
        found = [self.household.errors, *self.members.errors, self.members.non_form_errors()]
        return [each for each in found if each]

    def is_valid(self) -> bool:
        """Say whether both are right. Both are asked, so that everything wrong is said at once."""
        return self.household.is_valid() & self.members.is_valid()

    def add_refusal(self, error: Refused) -> None:
        """Put a service's refusal where it belongs."""
        if error.place is None and error.field in self.household.fields:
            self.household.add_error(error.field, str(error.message))
        else:
            self.members.add_refusal(error)
