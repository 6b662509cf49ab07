"""Forms of the grids app: every query string and every change goes through one."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gridbank.days import day_after, day_before, month_last
from gridbank.fields import LARGEST_KEY, AskedField, DayField, Pick, TickedField, Ticks
from grids import divisions, handed, selectors, wards
from grids.authority import roles_given_by
from grids.carrying import Carried, carried
from grids.enums import AreaLevel, HandoverKind, Part, Signing, Tier
from grids.models import Grid
from people.models import User
from people.policies import walks_grids


class TreeForm(forms.Form):
    """What the list is narrowed to."""

    q = AskedField(label=_("Grid name or number"), required=False, max_length=40, strip=True)
    branch: Any = forms.ModelChoiceField(
        None, label=_("Branch"), required=False, empty_label=_("All branches")
    )
    vacant = forms.BooleanField(label=_("Unassigned only"), required=False)
    on = DayField(label=_("As of"), required=False)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        """Offer the branches the person may see."""
        super().__init__(*args, **kwargs)
        self.actor = actor
        branch: Any = self.fields["branch"]
        branch.queryset = selectors.grid_search(actor=actor, tier=Tier.BRANCH)
        # He has grids, and no branch to choose.
        if walks_grids(actor):
            del self.fields["branch"]
        self.fields["q"].widget.input_type = "search"
        self.fields["q"].widget.attrs["placeholder"] = self.fields["q"].label

    def criteria(self) -> dict[str, Any]:
        """Return the arguments of the selector; an invalid form narrows nothing."""
        data = self.cleaned_data if self.is_valid() else {}
        return {
            "text": data.get("q", ""),
            "branch": data.get("branch"),
            "vacant": data.get("vacant", False),
            "on": data.get("on"),
        }


def _reason() -> forms.CharField:
    return forms.CharField(
        label=_("Reason, for a day before today"), required=False, max_length=200,
        help_text=_("It holds only once a second person, of head office, has signed it."),
    )  # fmt: skip


def _people(found: Iterable[Carried], empty: str = "") -> list[tuple[Any, Any]]:
    """Return people to choose among, those of the branch first, each with what he carries."""
    found = list(found)
    near = [(one.user.pk, one.told) for one in found if one.is_near]
    others = [(one.user.pk, one.told) for one in found if not one.is_near]
    groups = [(_("Of this branch"), near), (_("Others"), others)] if near else others
    return [("", empty or _("Choose a person")), *groups]


class AssignmentForm(forms.Form):
    """Who becomes responsible for a grid, as what, from which day."""

    user: Any = forms.ModelChoiceField(None, label=_("Person"), widget=Pick)
    staff_no = forms.CharField(label=_("Or a new colleague's staff number"), max_length=20, required=False)
    part = forms.ChoiceField(label=_("Part"), choices=Part.choices, initial=Part.LEAD)
    valid_from = DayField(label=_("From"))
    valid_to = DayField(label=_("Until"), required=False, help_text=_("Empty: until further notice."))
    hand_over = forms.BooleanField(
        label=_("Take over from the present lead, who stops the day before"), required=False
    )
    reason = _reason()

    def __init__(self, *args: Any, actor: User, grid: Grid, lead: User | None, **kwargs: Any) -> None:
        """Offer the people whose role fits; taking over only where somebody leads."""
        super().__init__(*args, **kwargs)
        self.actor, self.roles = actor, roles_given_by(actor, grid, Part.HELPER)
        user: Any = self.fields["user"]
        user.queryset = selectors.assignable(actor=actor, roles=self.roles)
        user.choices = _people(carried(actor=actor, users=user.queryset, near=grid))
        user.required = not selectors.knows_other_banks(actor=actor)
        # everybody without a grid is in the menu
        if user.required:
            del self.fields["staff_no"]
        self.fields["valid_from"].initial = timezone.localdate() + timedelta(days=1)
        if lead is None:
            del self.fields["hand_over"]
        else:
            self.fields["hand_over"].initial = True

    def clean(self) -> dict[str, Any]:
        """Only a lead can be taken over, and for good; one person, from the menu or by his number."""
        data = super().clean() or {}
        number = data.pop("staff_no", "")
        if number and not data.get("user"):
            data["user"] = selectors.newcomer(actor=self.actor, roles=self.roles, staff_no=number)
            if data["user"] is None:
                self.add_error("staff_no", _("Nobody with this staff number can be assigned here."))
        elif bool(number) == bool(data.get("user")) and "user" not in self.errors:
            self.add_error("user", _("Choose a person, or give the staff number of a new one."))
        if data.get("hand_over") and (data.get("part") != Part.LEAD or data.get("valid_to")):
            raise ValidationError(_("Taking over makes a lead, until further notice."))
        return data


class LastDayForm(forms.Form):
    """The last day of a duty."""

    last_day = DayField(label=_("Last day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].initial = timezone.localdate()


class AssignmentEndForm(LastDayForm):
    """The last day of a responsibility; of one that is over already, why it is only said now."""

    reason = _reason()


class CloseForm(LastDayForm):
    """The last day of a grid; of one that is over already, why it is only said now."""

    reason = _reason()


class RenameForm(forms.Form):
    """What a grid is called from today on."""

    name = forms.CharField(label=_("Name of the grid"), max_length=80)


class DecisionForm(forms.Form):
    """Whether head office signs."""

    sign = forms.TypedChoiceField(
        label=_("Signature"),
        choices=[("yes", _("Sign")), ("no", _("Refuse"))],
        coerce=lambda value: value == "yes",
    )


class DutyForm(forms.Form):
    """What is owed in a grid."""

    text = forms.CharField(label=_("Duties"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    valid_from = DayField(label=_("From"))
    valid_to = DayField(label=_("Until"), required=False, help_text=_("Empty: until further notice."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].initial = timezone.localdate()


class GridApiFilter(forms.Form):
    """Filters of the API's list of grids."""

    tier = forms.ChoiceField(choices=Tier.choices, required=False)
    parent = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_KEY)
    branch: Any = forms.ModelChoiceField(None, required=False)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        """Keep to the branches the person may see."""
        super().__init__(*args, **kwargs)
        branch: Any = self.fields["branch"]
        branch.queryset = selectors.grid_list(actor=actor).filter(tier=Tier.BRANCH)


class AreaApiFilter(forms.Form):
    """Filters of the API's list of areas."""

    level = forms.ChoiceField(choices=AreaLevel.choices, required=False)
    parent = forms.RegexField(r"\A[0-9]{2,12}\Z", required=False)


class GivingForm(forms.Form):
    """Who hands over, and how much."""

    giver: Any = forms.ModelChoiceField(None, label=_("Who hands over"), widget=Pick)
    kind = forms.ChoiceField(
        label=_("What is handed over"), choices=HandoverKind.choices, initial=HandoverKind.ALL, required=False
    )

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        """Offer those who lead where the actor decides who is responsible."""
        super().__init__(*args, **kwargs)
        giver: Any = self.fields["giver"]
        giver.queryset = handed.givers(actor=actor)
        giver.choices = _people(carried(actor=actor, users=giver.queryset, near=None))

    def clean_kind(self) -> str:
        """Everything, unless something else is said."""
        return str(self.cleaned_data.get("kind") or HandoverKind.ALL)


class HandoverForm(forms.Form):
    """What goes to whom from which day on; each kind asks only for its own."""

    grid: Any = forms.ModelChoiceField(None, label=_("Grid"), empty_label=None)
    receiver: Any = forms.ModelChoiceField(None, label=_("Who takes over"), widget=Pick)
    to_grid: Any = forms.ModelChoiceField(
        None, label=_("Grid that they go to"), empty_label=_("Choose a grid"),
        help_text=_("Whoever leads it takes them over."),
    )  # fmt: skip
    households = forms.MultipleChoiceField(
        label=_("Households to hand over"), widget=Ticks, help_text=_("Up to 500, of one grid at a time.")
    )
    first_day = DayField(label=_("From"))
    residual_months = forms.IntegerField(
        label=_("Months the giver still answers for"), min_value=0, max_value=120, initial=6,
        help_text=_("For what shows up later and began before: a loan gone bad, a promise that wasn't kept."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, actor: User, giver: User, kind: str, **kwargs: Any) -> None:
        """Offer the giver's grids, and of each person who may take one what he carries now."""
        super().__init__(*args, **kwargs)
        self.actor, self.giver, self.kind = actor, giver, kind
        self.fields["first_day"].initial = day_after(month_last(timezone.localdate()))
        day = day_before(self._day())
        self.grids = list(handed.led_by(actor=actor, user=giver, day=day).select_related("parent__parent"))
        self.fields["grid"].queryset = handed.led_by(actor=actor, user=giver, day=day)  # type: ignore[attr-defined]
        if kind == HandoverKind.HOUSEHOLDS:
            del self.fields["receiver"], self.fields["grid"]
            self._offer_households()
            to_grid: Any = self.fields["to_grid"]
            to_grid.queryset = handed.led_by_others(actor=actor, user=giver)
            return
        del self.fields["to_grid"], self.fields["households"]
        if kind == HandoverKind.ALL:
            del self.fields["grid"]
        self._offer_people()

    def _day(self) -> Any:
        """Return the first day as far as it is known while the form is made."""
        try:
            given = DayField(required=False).clean(self.data.get("first_day", ""))
        except ValidationError:
            given = None
        return given or self.fields["first_day"].initial

    def _offer_people(self) -> None:
        roles = frozenset().union(*(roles_given_by(self.actor, grid, Part.LEAD) for grid in self.grids))
        people = selectors.assignable(actor=self.actor, roles=roles).exclude(pk=self.giver.pk)
        found = carried(actor=self.actor, users=people, near=self.grids[0] if self.grids else None)
        named: dict[str, Any] = {"receiver": self.fields["receiver"]}
        if self.kind == HandoverKind.ALL and len(self.grids) > 1:
            self.fields["receiver"].label = _("Who takes over, unless said below")
            for grid in self.grids:
                field: Any = forms.ModelChoiceField(
                    None, label=grid.name, required=False, empty_label=_("As above"), widget=Pick
                )
                self.fields[f"receiver_{grid.pk}"] = named[f"receiver_{grid.pk}"] = field
        for name, field in named.items():
            field.queryset = people
            # read once for all the menus of the page
            field.choices = _people(found, "" if name == "receiver" else field.empty_label)

    def _offer_households(self) -> None:
        found = [(grid, wards.kept().listed(self.actor, grid)) for grid in self.grids]
        self.at = {number: grid for grid, homes in found for number, _told in homes}
        households: Any = self.fields["households"]
        households.choices = [(grid.name, homes) for grid, homes in found if homes]

    def clean_households(self) -> list[str]:
        """Keep to the households of one grid: each grid has its own supervisor and its own day."""
        chosen: list[str] = self.cleaned_data["households"]
        if len({self.at[number].pk for number in chosen}) > 1:
            raise ValidationError(_("Of one grid at a time."))
        return chosen

    def going(self) -> list[tuple[Grid, User, Grid | None]]:
        """Return each grid with who takes it; of households the grid they leave and the one they enter."""
        data = self.cleaned_data
        if self.kind == HandoverKind.HOUSEHOLDS:
            to = data["to_grid"]
            lead = selectors.lead_names([to.pk], timezone.localdate()).get(to.pk)
            return [(self.at[data["households"][0]], lead, to)] if lead is not None else []
        grids = self.grids if self.kind == HandoverKind.ALL else [data["grid"]]
        return [(grid, data.get(f"receiver_{grid.pk}") or data["receiver"], None) for grid in grids]

    def numbers(self) -> list[str]:
        """Return the numbers of the households that were named."""
        return list(self.cleaned_data.get("households", ()))


class AssignTickedForm(forms.Form):
    """Who gets a part in the grids that were ticked, as what, from which day."""

    grids: Any = TickedField(None, label=_("Grids"), widget=forms.MultipleHiddenInput)
    user: Any = forms.ModelChoiceField(None, label=_("Person"), widget=Pick)
    part = forms.ChoiceField(label=_("Part"), choices=Part.choices, initial=Part.LEAD)
    first_day = DayField(label=_("From"))

    def __init__(self, *args: Any, actor: User, near: Grid | None, **kwargs: Any) -> None:
        """Offer the people whose role fits, each with what he carries now; those of a grid's branch first."""
        super().__init__(*args, **kwargs)
        grids: Any = self.fields["grids"]
        grids.queryset = handed.to_assign(actor=actor)
        user: Any = self.fields["user"]
        user.queryset = selectors.assignable(actor=actor, roles=handed.FIELD)
        user.choices = _people(carried(actor=actor, users=user.queryset, near=near))
        self.fields["first_day"].initial = timezone.localdate() + timedelta(days=1)


class SignForm(forms.Form):
    """As what somebody signs; for a giver who has left, why he doesn't himself."""

    part = forms.ChoiceField(label=_("Signs as"), choices=Signing.choices, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Why the giver doesn't sign"), max_length=200, required=False)


class JointVisitForm(forms.Form):
    """When giver and receiver went together, who was there, what was found."""

    day = DayField(label=_("Day of the visit"))
    people = forms.CharField(label=_("Who was there"), max_length=120)
    note = forms.CharField(label=_("What was found"), max_length=300, required=False)


class FoundForm(forms.Form):
    """The bank that is founded: its name, its short code, its county."""

    name = forms.CharField(label=_("Name of the bank"), max_length=80)
    code = forms.CharField(
        label=_("Short code"), max_length=8,
        help_text=_("One to eight capital letters and digits, a letter first. The numbers of all grids begin with it."),
    )  # fmt: skip
    county = forms.ChoiceField(
        label=pgettext_lazy("division", "County"),
        help_text=_(
            "A branch on each of its townships and a grid on each village come into being; all can be changed."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the counties that are shipped."""
        super().__init__(*args, **kwargs)
        county: Any = self.fields["county"]
        county.choices = [("", "---------"), *divisions.counties()]

    def clean_code(self) -> str:
        """Return the code in capitals."""
        return str(self.cleaned_data["code"]).upper()
