import base64
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidTag
from django.conf import settings as live
from django.core import serializers
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from customers import pii
from customers.models import Customer
from gridbank.days import age_on, born_by
from gridbank.scoping import waive_scope
from tests.customers.numbers import id_number
from tests.factories import CustomerFactory

TEXT = st.text(min_size=1, max_size=200).filter(lambda t: all(not 0xD800 <= ord(c) < 0xE000 for c in t))


@given(TEXT, st.sampled_from(["aes", "sm4"]))
def test_what_is_sealed_opens_again(text, algorithm):
    live.FIELD_CIPHER = algorithm
    try:
        sealed = pii.encrypt(text, "t.c")
        assert sealed.startswith(f"{algorithm}.k")
        assert pii.encrypt(text, "t.c") != sealed
    finally:
        live.FIELD_CIPHER = "aes"
    assert pii.decrypt(sealed, "t.c") == text


@pytest.mark.parametrize("algorithm", ["aes", "sm4"])
def test_a_value_in_another_column_or_changed_doesnt_open(settings, algorithm):
    settings.FIELD_CIPHER = algorithm
    sealed = pii.encrypt("13800138000", "customers_customer.phone")
    with pytest.raises(InvalidTag):
        pii.decrypt(sealed, "customers_customer.id_number")
    head, key_id, body = sealed.split(".")
    raw = bytearray(base64.b64decode(body))
    for place in (0, 12, len(raw) - 1):
        broken = bytearray(raw)
        broken[place] ^= 1
        with pytest.raises(InvalidTag):
            pii.decrypt(f"{head}.{key_id}.{base64.b64encode(broken).decode()}", "customers_customer.phone")


def test_old_keys_open_and_the_first_one_seals(settings):
    old = settings.KEYS
    sealed = pii.encrypt("x", "t.c")
    settings.KEYS = replace(old, field_keys={"k9": b"9" * 32, **old.field_keys})
    assert pii.decrypt(sealed, "t.c") == "x"
    assert pii.encrypt("x", "t.c").startswith("aes.k9.")
    settings.KEYS = replace(old, field_keys={"k9": b"9" * 32})
    with pytest.raises(KeyError):
        pii.decrypt(sealed, "t.c")


def test_the_index_separates_columns_and_needs_the_key(settings):
    first = pii.blind_index("8000", "phone-tail")
    assert pii.blind_index("8000", "phone") != first
    settings.KEYS = replace(settings.KEYS, index_key=b"0" * 32)
    assert pii.blind_index("8000", "phone-tail") != first


@given(st.text(alphabet="0123456789X", max_size=24))
def test_masks_show_two_characters_of_an_id_number_and_seven_of_a_phone(number):
    for mask, most in ((pii.mask_id_number(number), 2), (pii.mask_phone(number), 7)):
        assert len(mask) == len(number)
        assert sum(c != "*" for c in mask) <= most


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_what_is_shown_of_a_youths_number_follows_from_the_age(days):
    """Nothing of a child's; and around the birthday nothing that the age doesn't say as well."""
    today = timezone.localdate()
    born = born_by(today, pii.SHOWN_FROM_AGE) + timedelta(days=days)
    mask = pii.mask_id_number(id_number(born))
    assert (mask == "*" * 18) is (age_on(born, today) < pii.SHOWN_FROM_AGE)


def test_masks_look_as_the_rules_say():
    assert pii.mask_id_number("522727198005171019") == "****************19"
    assert pii.mask_id_number("522727800517101") == "*************01"
    assert pii.mask_phone("13800138000") == "138****8000"
    assert [pii.mask_name(name) for name in ("", "王", "王明", "王小明", "欧阳小明")] == [
        "",
        "王*",
        "王*",
        "王*明",
        "欧**明",
    ]
    assert (pii.mask_id_number(""), pii.mask_phone("")) == ("", "")


def test_a_stored_number_is_unreadable_and_a_row_never_tells_it(db):
    person = CustomerFactory(phone="13800138000")
    with connection.cursor() as cursor:
        cursor.execute("select phone from customers_customer where id = %s", [person.pk])
        (stored,) = cursor.fetchone()
    assert stored.startswith("aes.")
    assert "13800138000" not in stored
    with waive_scope("test"):
        again = Customer.objects.get(pk=person.pk)
    assert again.phone == "13800138000"
    assert "13800138000" not in f"{again!r} {again}"
    with pytest.raises(TypeError) as caught:
        serializers.serialize("json", [again])
    assert "13800138000" not in str(caught.value)


def test_a_stored_number_cant_be_searched_in_clear(db):
    CustomerFactory(phone="13800138000")
    with waive_scope("test"):
        assert not Customer.objects.filter(phone="13800138000").exists()
