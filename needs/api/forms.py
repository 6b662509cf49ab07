"""What the API may be asked about needs."""

from typing import Any

from django import forms

from needs.enums import NeedStatus
from people.models import User


class ApiNeedForm(forms.Form):
    """What the API may be asked about needs."""

    status = forms.ChoiceField(required=False, choices=[("", ""), *NeedStatus.choices])
    household = forms.IntegerField(required=False, min_value=1, max_value=2**62)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        """Take the reader as every filter form does."""
        super().__init__(*args, **kwargs)
        self.actor = actor
