"""The forms of a household and of a person."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers import policies, selectors
from customers.enums import IdType, PolicyTag
from customers.identity import IdentityError, parse_id_number
from customers.models import Customer, Household
from customers.personal import names, numbers, searchable, typed
from customers.services.checks import plain_text
from customers.services.households import HOUSEHOLD_FIELDS
from gridbank.errors import Refused
from gridbank.fields import DayField
from people.models import User

NUMBERS = names(numbers(Customer))
PERSON_TYPED = tuple(name for name in typed(Customer) if name not in NUMBERS)
IDENTITY = ("name", "relation", "id_type", "id_number", "birth_date", "gender", "guardian")
FINANCES = (
    "house_type", "land_mu", "income_band", "income_source", "livestock", "vehicles", "business", "other_banks",
)  # fmt: skip
Group = tuple[Any, list[forms.BoundField]]


def _grouped(form: forms.BaseForm, *groups: tuple[Any, Iterable[str]]) -> list[Group]:
    """Return each title with the fields below it, those that this form has."""
    return [(title, [form[name] for name in names if name in form.fields]) for title, names in groups]


def check_texts(form: forms.BaseForm) -> None:
    """Refuse personal numbers in every free text at once; the service would name the first only."""
    for name, value in list(form.cleaned_data.items()):
        field = form.fields[name]
        free = isinstance(field, forms.CharField) and name not in NUMBERS
        if free and isinstance(value, str) and value:
            try:
                plain_text(name, value)
            except Refused as error:
                form.add_error(name, str(error.message))


def name_the_blank(form: forms.BaseForm) -> None:
    """Let an empty choice say so, instead of showing dashes."""
    for bare in form.fields.values():
        field: Any = bare
        if isinstance(bare, forms.ModelChoiceField):
            field.empty_label = None if field.empty_label is None else _("not chosen")
        elif isinstance(bare, forms.TypedChoiceField):
            field.choices = [choice if choice[0] else ("", _("not chosen")) for choice in field.choices]


class ArchiveForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form whose rules of what is there already are the service's, which knows who may hear what."""

    def validate_unique(self) -> None:
        """Leave it to the service."""

    def validate_constraints(self) -> None:
        """Leave it to the service."""


class HouseholdForm(ArchiveForm):
    """A household's archive."""

    version = forms.IntegerField(label=_("Version"), widget=forms.HiddenInput, required=False)
    policy_tags = forms.MultipleChoiceField(
        label=_("Policy groups"),
        required=False,
        choices=PolicyTag.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Household
        fields = list(HOUSEHOLD_FIELDS)
        widgets = {"soft_information": forms.Textarea(attrs={"rows": 3}), "address": forms.TextInput()}

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        """Offer the actor's own grids and their villages."""
        super().__init__(*args, **kwargs)
        ground: Any = self.fields["grid"]
        ground.queryset = policies.grids_to_write(actor=actor)
        ground.error_messages["invalid_choice"] = _("Choose one of your own grids.")
        area: Any = self.fields["area"]
        area.queryset = selectors.areas_to_write(actor=actor, kept=self.instance.area_id)
        self.initial["version"] = self.instance.version
        name_the_blank(self)
        if self.instance.pk is None:
            self._choose_the_only_one("grid", "area")

    def _choose_the_only_one(self, *names: str) -> None:
        for name in names:
            field: Any = self.fields[name]
            rows = list(field.queryset[:2])
            if len(rows) == 1:
                self.initial[name] = rows[0].pk

    @property
    def groups(self) -> list[Group]:
        """Return the fields under the titles of the page; what stands across a card's width isn't among them."""
        return _grouped(
            self,
            (_("Where they live"), ("grid", "area", "group_name", "address", "longitude", "latitude")),
            (_("Finances"), FINANCES),
        )

    def clean(self) -> dict[str, Any]:
        """Check the texts."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        check_texts(self)
        return found

    def values(self) -> dict[str, Any]:
        """Return what the service takes."""
        return {name: self.cleaned_data[name] for name in HOUSEHOLD_FIELDS}


ID_ATTRS = {"autocomplete": "off", "inputmode": "text", "spellcheck": "false", "autocapitalize": "characters"}
PHONE_ATTRS = {"autocomplete": "off", "inputmode": "tel"}


class NeverShownAgain(forms.CharField):
    """A number on its way in: blank keeps the old one, and it is never sent back to the browser."""

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        """Show what was just typed only while it is right; a wrong number is never repeated."""
        bound = super().get_bound_field(form, field_name)
        typed = bound.data if form.is_bound else None
        bound.value = lambda: None if bound.errors else typed  # type: ignore[method-assign]
        return bound


def _number_inputs() -> dict[str, forms.Field]:
    """Return an input for each of a person's numbers, and for a phone the box that deletes it."""
    found: dict[str, forms.Field] = {}
    phones = names(searchable(Customer))
    for field in numbers(Customer):
        kind, attrs = (forms.CharField, PHONE_ATTRS) if field.name in phones else (NeverShownAgain, ID_ATTRS)
        widget = forms.TextInput(attrs=attrs)
        found[field.name] = kind(
            label=field.verbose_name, required=False, max_length=field.longest, widget=widget
        )
        if field.name in phones:
            found[_forget(field.name)] = forms.BooleanField(
                label=_("Delete the phone number"), required=False
            )
    return found


def _forget(name: str) -> str:
    return f"forget_{name}"


class PersonForm(ArchiveForm):
    """A person; the numbers are typed anew or left alone."""

    version = forms.IntegerField(label=_("Version"), widget=forms.HiddenInput, required=False)
    birth_date = DayField(
        label=_("Date of birth"), required=False, help_text=_("Read from the ID number when there is one.")
    )
    # Not in Meta.fields: a stored number must not become an initial value, nor a blank one wipe the stored.
    locals().update(_number_inputs())

    class Meta:
        model = Customer
        fields = list(PERSON_TYPED)

    def __init__(self, *args: Any, actor: User, household: Household | None = None, **kwargs: Any) -> None:
        """Offer the household's adults as guardians; say what is stored without showing it.

        Somebody with a number has no date of birth here: shown it would tell most of the number, and typed it would
        be right or wrong.
        """
        super().__init__(*args, **kwargs)
        person = self.instance
        self.initial["version"] = person.version
        name_the_blank(self)
        guardian: Any = self.fields.get("guardian")
        if guardian is not None:
            guardian.queryset = selectors.guardians(actor=actor, household=household, ward=person)
            guardian.help_text = _("Needed for a child under 14.")
        if person.pk is None:
            self.initial["id_type"] = IdType.RESIDENT
        if person.pk is not None and person.id_number:
            self.fields.pop("birth_date")
            self.initial.pop("birth_date")
        for name in NUMBERS:
            if getattr(person, name):
                self.fields[name].help_text = _("Stored: %(masked)s. Leave empty to keep it.") % {
                    "masked": person.masked(name)
                }
            else:
                self.fields.pop(_forget(name), None)

    @property
    def groups(self) -> list[Group]:
        """Return the fields under the titles of the page; every phone has its box that deletes it."""
        phones = [name for phone in names(searchable(Customer)) for name in (phone, _forget(phone))]
        return _grouped(
            self,
            (_("Identity"), IDENTITY),
            (_("Contact"), (*phones, "wechat_added", "do_not_contact")),
            (_("Work"), ("occupation", "workplace", "is_migrant", "back_season")),
        )

    def clean(self) -> dict[str, Any]:
        """Check texts and numbers, so that everything wrong is said at once."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        check_texts(self)
        for field in searchable(Customer):
            try:
                if field.searchable and found.get(field.name):
                    field.searchable.read(found[field.name])
            except IdentityError as error:
                self.add_error(field.name, str(error.message))
        try:
            if found.get("id_number") and found.get("id_type") not in {None, IdType.NONE}:
                parse_id_number(found["id_number"], id_type=found["id_type"], today=timezone.localdate())
        except IdentityError as error:
            self.add_error("id_number", str(error.message))
        return found

    def values(self) -> dict[str, Any]:
        """Return what the service takes; blank numbers are left out, so that they stay."""
        given = self.cleaned_data
        found = {name: given[name] for name in PERSON_TYPED if name in self.fields}
        found.update({name: given[name] for name in NUMBERS if given[name]})
        if found.get("id_number"):
            self._follow_the_number(found)
        found.update({name: "" for name in NUMBERS if given.get(_forget(name))})
        return found

    def _follow_the_number(self, found: dict[str, Any]) -> None:
        """Let a new number replace the date of birth and the gender that an old one gave."""
        if self.instance.pk and "birth_date" not in self.changed_data:
            found["birth_date"] = None
        if self.instance.pk and "gender" not in self.changed_data:
            found["gender"] = ""
