"""Read-only viewsets whose query strings are validated like a form: an unknown word is 400, never ignored."""

from typing import Any, ClassVar, cast

from django import forms
from rest_framework.exceptions import ValidationError
from rest_framework.viewsets import ReadOnlyModelViewSet

from gridbank.api import StrictQuestions
from people.enums import BUSINESS_ROLES, Role
from people.models import User


class NoFilters(forms.Form):
    """No filter at all."""

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        """Take the reader as every filter form does."""
        super().__init__(*args, **kwargs)
        self.actor = actor


class FilteredViewSet(StrictQuestions, ReadOnlyModelViewSet):  # type: ignore[type-arg]
    """Reading for the business roles; `filter_form` names and validates what may be asked."""

    allowed_roles: ClassVar[frozenset[Role]] = BUSINESS_ROLES
    filter_form: ClassVar[type[Any]] = NoFilters
    lookup_value_regex = "[0-9]{1,18}"
    # OPTIONS would answer for rows out of sight
    http_method_names = ["get", "head"]

    @property
    def actor(self) -> User:
        """Return the caller: permission has let nobody else in."""
        return cast("User", self.request.user)

    def filters(self) -> dict[str, Any]:
        """Return the validated filters. Raises ValidationError (400)."""
        form = self.filter_form(self.request.query_params, actor=self.actor)
        if not form.is_valid():
            raise ValidationError(form.errors)
        return dict(form.cleaned_data)
