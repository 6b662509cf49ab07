"""What the pages of the accounts show."""

from typing import Any

from django import forms

from people import policies, selectors
from people.models import User


def account(*, actor: User, user: User, form: forms.BaseForm) -> dict[str, Any]:
    """Return an account with what this officer may do to it."""
    return {
        "account": user,
        "tokens": selectors.live_token_list(user=user) if policies.sees_all_tokens(actor) else [],
        "form": form,
        "gives_roles": policies.gives_roles(actor),
    }
