"""What a field says of itself is what every page, service and answer does with it."""

import ast

import pytest
from django.apps import apps

from customers import personal, services
from customers.api.serializers import CustomerSerializer, MaskedField
from customers.forms.actions import RevealForm
from customers.forms.archive import PersonForm
from customers.models import Customer, Household
from customers.pii import EncryptedField, mask_name
from customers.services.people import DERIVED, NOT_OF_MINORS, PERSON_FIELDS
from gridbank.errors import Refused
from tests.factories import CustomerFactory, HouseholdFactory
from tests.gridbank.test_walls import ROOT, modules, tree

NUMBERS = {"id_number": "52272719800517101X", "phone": "13800138000"}
COLUMNS = {field.name for field in Customer._meta.concrete_fields}


def test_the_numbers_are_those_that_the_model_masks():
    assert personal.names(personal.numbers(Customer)) == tuple(NUMBERS)
    assert personal.names(personal.sealed(Household)) == ("address",)
    assert personal.numbers(Household) == ()


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_is_masked_in_the_api_and_never_filled_into_a_form(name):
    assert isinstance(CustomerSerializer().fields[name], MaskedField)
    assert name not in PersonForm._meta.fields
    assert name in PersonForm.base_fields
    assert name in PERSON_FIELDS


def test_what_may_be_revealed_is_offered_and_nothing_else(cast):
    offered = [key for key, _label in RevealForm.base_fields["field"].choices]
    assert offered == list(personal.names(personal.revealable(Customer))) == list(NUMBERS)
    person = CustomerFactory(household=HouseholdFactory(grid=cast.grid_li))
    for name in COLUMNS - set(NUMBERS):
        with pytest.raises(Refused):
            services.customer_reveal(actor=cast.li, customer=person, field=name, reason="核对身份")


def test_what_is_found_has_its_columns_and_they_are_saved():
    for field in personal.searchable(Customer):
        assert {f"{field.name}_{suffix}" for suffix in field.searchable.indexes("")} <= COLUMNS
    assert set(personal.index_columns(Customer)) <= set(DERIVED)
    assert set(DERIVED).isdisjoint(PERSON_FIELDS)


def test_a_new_field_is_not_recorded_of_a_child():
    assert set(NOT_OF_MINORS) == set(PERSON_FIELDS) - {
        "name", "relation", "gender", "birth_date", "id_type", "id_number", "guardian", "do_not_contact",
    }  # fmt: skip


def test_a_sealed_text_without_a_mask_shows_nothing():
    address = personal.sealed(Household)[0]
    assert [address.masked(Household(address=text)) for text in ("", "秘密路1号")] == ["", "***"]


def test_names_are_masked_in_the_trail_and_plain_to_the_database():
    for model, name in ((Household, "head_name"), (Customer, "name")):
        assert personal.mask_of(model, name) is mask_name
        assert model._meta.get_field(name).deconstruct()[1] == "django.db.models.CharField"
    assert personal.mask_of(Customer, "occupation") is None


def test_what_a_field_says_is_not_in_migrations():
    for field in personal.sealed(Customer):
        assert isinstance(field, EncryptedField)
        assert set(field.deconstruct()[3]) == {"blank", "verbose_name"}


def test_nobody_leaves_a_sealed_field_out_by_its_name():
    """Whoever defers asks `sealed`: a field sealed tomorrow is left out of the same lists."""
    own = {field.name for model in (Customer, Household) for field in personal.sealed(model)}
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno} {part.value}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "defer"
        for part in node.args
        if isinstance(part, ast.Constant) and str(part.value).rpartition("__")[2] in own
    ]
    assert found == []


# each of them says where a household stands or stood, or that its archive was complete, and nothing of a person; that
# two are alike, or by which index another system knows somebody, is no reading before he himself is read
PLACES = {
    "customers.SpecialMembership",
    "customers.Attribution",
    "customers.CompleteSpan",
    "customers.Residence",
    "customers.Likeness",
    "customers.CoreNumber",
}


def test_whatever_is_kept_of_a_person_says_by_whose_archive_its_reading_is_noted():
    kept = {
        model._meta.label: model
        for model in apps.get_models()
        if any(field.related_model in (Customer, Household) for field in model._meta.concrete_fields)
    }
    assert {label for label, model in kept.items() if model.personal is None} == PLACES
    assert len(kept) > len(PLACES)
