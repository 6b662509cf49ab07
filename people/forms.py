"""Forms of the people app."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridbank.fields import AskedField
from gridbank.numbers import no_personal_numbers
from people import selectors, services
from people.enums import BUSINESS_ROLES, Role, TokenPower
from people.models import (
    NAME_LENGTH,
    STAFF_NO_LENGTH,
    USERNAME_LENGTH,
    VIEW_NAME_LENGTH,
    VIEW_QUERY_LENGTH,
    User,
)
from people.passwords import PASSWORD_LENGTH


def bound_length(field: Any) -> None:
    """Refuse a password that is longer than any that was ever set."""
    field.max_length = PASSWORD_LENGTH
    field.validators.append(MaxLengthValidator(PASSWORD_LENGTH))
    field.widget.attrs["maxlength"] = str(PASSWORD_LENGTH)


class SignInForm(AuthenticationForm):
    """User name and password; one sentence for every reason to refuse."""

    error_messages = {
        "invalid_login": _("The user name or the password is wrong."),
        "inactive": _("The user name or the password is wrong."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take no more than could be right: what is longer is refused before anybody hashes it."""
        super().__init__(*args, **kwargs)
        bound_length(self.fields["password"])

    def confirm_login_allowed(self, user: Any) -> None:
        """Refuse disabled people and one-time passwords that were never used in time."""
        expired = user.one_time_until is not None and user.one_time_until <= timezone.now()
        if expired or not user.is_active:
            raise self.get_invalid_login_error()


class OwnPasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    """One's own new password; the current one is asked for and counted like a sign-in."""

    error_messages = {
        **SetPasswordForm.error_messages,
        "wrong": _("The current password is wrong."),
        "same": _("The new password must differ from the current one."),
    }
    current_password = forms.CharField(
        label=_("Current password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    field_order = ["current_password", "new_password1", "new_password2"]

    def __init__(self, *args: Any, request: Any, **kwargs: Any) -> None:
        """Keep the request: wrong guesses are counted against its account."""
        super().__init__(request.user, *args, **kwargs)
        self.request = request
        self.fields["new_password1"].help_text = _(
            "At least 12 characters, 5 of them different, not digits only, no common password, no part repeated; not "
            "your name or its pinyin, your user name or staff number, the bank, the place or this system."
        )
        self.fields["new_password2"].label = _("New password again")
        self.fields["new_password2"].help_text = ""
        for name in self.field_order:
            bound_length(self.fields[name])

    def clean_current_password(self) -> str:
        """Check the current password through the same door as the sign-in, lock included."""
        given: str = self.cleaned_data["current_password"]
        if authenticate(self.request, username=self.user.username, password=given) is None:
            raise ValidationError(self.error_messages["wrong"], code="wrong")
        return given

    def clean(self) -> dict[str, Any]:
        """Refuse to keep the password as it was."""
        data = super().clean() or self.cleaned_data
        current, new = data.get("current_password"), data.get("new_password2")
        if current and new and current == new:
            self.add_error("new_password1", ValidationError(self.error_messages["same"], code="same"))
        return data


class AccountFilterForm(forms.Form):
    """The account list's query string."""

    STATES = [
        ("", _("all")),
        ("active", _("active")),
        ("one_time", _("one-time password")),
        ("never", _("never signed in")),
        ("disabled", _("disabled")),
    ]

    q = AskedField(
        label=_("Name or number"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Name or number")}),
    )
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("all")), *Role.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)


class AccountForm(forms.Form):
    """A new account: a business role; the officers' roles are given by the security administrator."""

    username = forms.CharField(
        label=_("User name"),
        max_length=USERNAME_LENGTH,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    staff_no = forms.CharField(label=_("Staff number"), max_length=STAFF_NO_LENGTH)
    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH)
    role = forms.ChoiceField(
        label=_("Role"), choices=[choice for choice in Role.choices if choice[0] in BUSINESS_ROLES]
    )

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        """Keep who opens it: the rules of a new account ask him."""
        super().__init__(*args, **kwargs)
        self.actor = actor

    def clean(self) -> dict[str, Any]:
        """Say beside each field what the service would refuse, and early what the database would."""
        data = super().clean() or self.cleaned_data
        row = services.AccountRow(**{name: data.get(name, "") for name in self.fields})
        # A field that is wrong by itself has had its sentence.
        sound = set(data)
        for field, messages in services.account_faults(actor=self.actor, row=row).items():
            if field in sound:
                self.add_error(field, messages)
        if not self.errors and selectors.is_taken(username=row.username, staff_no=row.staff_no):
            raise ValidationError(_("The user name or the staff number is already taken."))
        return data


class RoleForm(forms.Form):
    """Another role for a person."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class TokenForm(forms.Form):
    """A new token of one's own."""

    name = forms.CharField(
        label=_("What for"),
        max_length=60,
        validators=[no_personal_numbers],
        help_text=_("For example: report on the branch's computer"),
    )
    days = forms.IntegerField(
        label=_("Valid for days"), min_value=1, max_value=services.TOKEN_DAYS, initial=30
    )
    power = forms.ChoiceField(
        label=_("What it opens"),
        choices=TokenPower.choices,
        initial=TokenPower.ALL,
        required=False,
        help_text=_("A system that only sends files needs nothing else."),
    )

    def clean_power(self) -> str:
        """Return what was chosen; a form that doesn't ask makes a token that opens all."""
        return self.cleaned_data["power"] or TokenPower.ALL


class ViewForm(forms.Form):
    """A list's view to be kept: of which list, what stands in the address, and what it is called."""

    name = forms.CharField(label=_("Keep this view as"), max_length=VIEW_NAME_LENGTH)
    list = forms.RegexField(label=_("Which list"), regex=r"\A[a-z.]{1,40}\Z")
    query = forms.CharField(label=_("What it is narrowed to"), max_length=2 * VIEW_QUERY_LENGTH)
