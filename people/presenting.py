"""What the pages of the accounts show."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _

from gridbank.pages import Question
from people import policies, selectors
from people.models import ApiToken, User


def account(*, actor: User, user: User, form: forms.BaseForm) -> dict[str, Any]:
    """Return an account with what this officer may do to it."""
    return {
        "account": user,
        "tokens": selectors.live_token_list(user=user) if policies.sees_all_tokens(actor) else [],
        "form": form,
        "gives_roles": policies.gives_roles(actor),
    }


def disabling(user: User) -> Question:
    """Return what is asked before an account is closed."""
    return Question(
        title=_("Disable the account of %(person)s?") % {"person": user},
        consequences=[
            _("The person is signed out everywhere at once, and all tokens are revoked."),
            _("What the person is responsible for stays so until somebody else is assigned."),
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
