from django.apps import apps

from customers.catalogue import CATALOGUE, DataClass
from customers.pii import EncryptedField

FORBIDDEN = (
    "password",
    "pin",
    "cvv",
    "fingerprint",
    "religion",
    "ethnic",
    "biometric",
    "card_number",
    "track",
)


def fields():
    return {
        model.__name__: {field.name: field for field in model._meta.fields}
        for model in apps.get_app_config("customers").get_models()
    }


def test_every_field_has_its_entry_and_no_entry_lacks_its_field():
    assert {name: set(entries) for name, entries in CATALOGUE.items()} == {
        name: set(found) for name, found in fields().items()
    }


def test_what_is_encrypted_is_c2():
    sealed = [
        (model, name)
        for model, found in fields().items()
        for name, field in found.items()
        if isinstance(field, EncryptedField)
    ]
    assert len(sealed) == 4
    assert all(CATALOGUE[model][name].data_class == DataClass.C2 for model, name in sealed)


def test_nothing_that_may_not_be_kept_is_kept():
    names = [name for found in fields().values() for name in found if name != "pinyin"]
    assert not [name for name in names for word in FORBIDDEN if word in name]
