"""What the pages of the accounts show."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from gridbank.cells import NOTHING, badge, link
from gridbank.keyset import Order
from gridbank.listing import Column, Listing, Narrow, View
from gridbank.pages import Question
from people import policies, selectors
from people.holding import led_by
from people.models import ApiToken, User


def account(*, actor: User, user: User, form: forms.BaseForm) -> dict[str, Any]:
    """Return an account with what this officer may do to it."""
    return {
        "account": user,
        "tokens": selectors.live_token_list(user=user) if policies.sees_all_tokens(actor) else [],
        "form": form,
        "led": led_by(user) if user.is_active and user.is_business else None,
        "gives_roles": policies.gives_roles(actor),
    }


def disabling(user: User) -> Question:
    """Return what is asked before an account is closed."""
    return Question(
        title=_("Disable the account of %(person)s?") % {"person": user},
        consequences=[
            _("The person is signed out everywhere at once, and all tokens are revoked."),
            _("Helping and standing in end by themselves; what a person leads is handed over before."),
            _("The account can be enabled again; tokens don't come back."),
        ],
        button=_("Disable the account"),
        back=user.get_absolute_url(),
    )


def ending(user: User) -> Question:
    """Return what is asked before a person is signed out everywhere."""
    return Question(
        title=_("End all sessions of %(person)s?") % {"person": user},
        consequences=[
            _("The person is signed out everywhere at once, and all tokens are revoked."),
            _(
                "What is being typed on an open page is kept by that page until the person has signed in again."
            ),
        ],
        button=_("End all sessions"),
        back=user.get_absolute_url(),
    )


def resetting(user: User) -> Question:
    """Return what is asked before somebody gets a one-time password."""
    return Question(
        title=_("Reset the password of %(person)s?") % {"person": user},
        consequences=[
            _("The password used until now is void at once, all sessions end and all tokens are revoked."),
            _(
                "The one-time password is shown once, on the next page: have the person beside you or on the phone."
            ),
        ],
        button=_("Reset the password"),
        back=user.get_absolute_url(),
    )


def revoking(token: ApiToken, *, as_officer: bool) -> Question:
    """Return what is asked before a token is revoked."""
    return Question(
        title=_("Revoke the token %(token)s?") % {"token": token},
        consequences=[_("Programs that use it are refused at once, and it can't be brought back.")],
        button=_("Revoke"),
        back=token.user.get_absolute_url() if as_officer else reverse("people:tokens"),
    )


def state(user: User) -> tuple[str, str]:
    """Return in words whether somebody can sign in, and how much that should be noticed."""
    if not user.is_active:
        return _("disabled"), "muted"
    return (_("one-time password"), "warn") if user.must_change_password else (_("active"), "ok")


def _last(user: User) -> str:
    return f"{timezone.localtime(user.last_login):%Y-%m-%d %H:%M}" if user.last_login else ""


ACCOUNTS: Listing[User] = Listing(
    name="people.accounts",
    title=pgettext_lazy("menu", "Accounts"),
    mark=lambda user: f"account-{user.pk}",
    order=Order("username"),
    sort="username",
    columns=(
        Column(
            "name", gettext_lazy("Name"), lambda user: link(user.get_absolute_url(), user.name), lambda user: user.name,
            Order("name"), narrow=Narrow.NAME,
        ),
        Column("username", gettext_lazy("User name"), lambda user: user.username, lambda user: user.username, Order("username")),
        Column("staff_no", gettext_lazy("Staff number"), lambda user: user.staff_no, lambda user: user.staff_no, Order("staff_no")),
        Column(
            "role", gettext_lazy("Role"), lambda user: user.get_role_display(), lambda user: user.get_role_display(), Order("role"),
        ),
        Column(
            "state", gettext_lazy("State"), lambda user: badge(*state(user)), lambda user: state(user)[0], narrow=Narrow.TOP,
        ),
        Column(
            "last", gettext_lazy("Last signed in"), lambda user: _last(user) or NOTHING, _last, Order("last_login", empty="last", falling=True),
            falls=True, style="nowrap", labelled=True, narrow=Narrow.HIDDEN,
        ),
    ),
)  # fmt: skip


def views() -> list[View]:
    """Return the saved views of the accounts."""
    return [
        View(gettext_lazy("All"), {}),
        View(gettext_lazy("One-time password"), {"state": "one_time"}),
        View(gettext_lazy("Never signed in"), {"state": "never"}),
        View(gettext_lazy("Disabled"), {"state": "disabled"}),
    ]


def said(count: int, written: str) -> str:
    """Say how many accounts there are."""
    return ngettext("%(n)s account", "%(n)s accounts", count) % {"n": written}
