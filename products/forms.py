"""What may be asked about products and offers."""

from typing import Any

from django import forms

from gridbank.fields import LARGEST_KEY
from people.models import User
from products.enums import Category, OfferResult


class _ByActor(forms.Form):
    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        """Take the reader as every filter form does."""
        super().__init__(*args, **kwargs)
        self.actor = actor


class ProductFilterForm(_ByActor):
    category = forms.ChoiceField(required=False, choices=[("", ""), *Category.choices])


class OfferFilterForm(_ByActor):
    customer = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_KEY)
    result = forms.ChoiceField(required=False, choices=[("", ""), *OfferResult.choices])
