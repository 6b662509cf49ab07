import base64
from dataclasses import replace
from datetime import date

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.conf import settings as live
from django.core import serializers
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from customers import pii
from customers.models import Customer, Household
from gridbank.ciphers import derived
from gridbank.scoping import waive_scope
from tests.customers.numbers import id_number
from tests.customers.untying import untie
from tests.factories import CustomerFactory, HouseholdFactory, VisitFactory
from visits.models import HeldVisit, Visit, VisitVersion

TEXT = st.text(min_size=1, max_size=200).filter(lambda t: all(not 0xD800 <= ord(c) < 0xE000 for c in t))


@given(TEXT, st.sampled_from(["aes", "sm4"]), st.sampled_from([None, "", "a1"]))
def test_what_is_sealed_opens_again(text, algorithm, tie):
    live.FIELD_CIPHER = algorithm
    try:
        sealed = pii.encrypt(text, "t.c", tie)
        assert sealed.startswith(f"{'u' if tie is None else 't'}.{algorithm}.k")
        assert pii.encrypt(text, "t.c", tie) != sealed
    finally:
        live.FIELD_CIPHER = "aes"
    assert pii.decrypt(sealed, "t.c", tie) == text


@pytest.mark.parametrize("algorithm", ["aes", "sm4"])
def test_a_value_in_another_column_or_row_or_changed_doesnt_open(settings, algorithm):
    settings.FIELD_CIPHER = algorithm
    sealed = pii.encrypt("13800138000", "customers_customer.phone", "a")
    for column, tie in (("customers_customer.id_number", "a"), ("customers_customer.phone", "b")):
        with pytest.raises(InvalidTag):
            pii.decrypt(sealed, column, tie)
    with pytest.raises(InvalidTag):
        pii.decrypt(sealed, "customers_customer.phone")
    # nor as one that was never tied
    with pytest.raises(InvalidTag):
        pii.decrypt(f"u{sealed[1:]}", "customers_customer.phone", "a")
    head, body = sealed.rsplit(".", 1)
    raw = bytearray(base64.b64decode(body))
    for place in (0, 12, len(raw) - 1):
        broken = bytearray(raw)
        broken[place] ^= 1
        with pytest.raises(InvalidTag):
            pii.decrypt(f"{head}.{base64.b64encode(broken).decode()}", "customers_customer.phone", "a")


def of_the_first_version(text, aad, algorithm="aes"):
    """Seal as it was done before: the field key itself, tied to no row."""
    key_id, key = next(iter(live.KEYS.field_keys.items()))
    nonce = b"123456789012"
    if algorithm == "sm4":
        box = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce)).encryptor()
        box.authenticate_additional_data(aad.encode())
        sealed = box.update(text.encode()) + box.finalize() + box.tag
    else:
        sealed = AESGCM(key).encrypt(nonce, text.encode(), aad.encode())
    return f"{algorithm}.{key_id}.{base64.b64encode(nonce + sealed).decode()}"


@pytest.mark.parametrize("algorithm", ["aes", "sm4"])
def test_what_the_first_version_sealed_opens_in_any_row(algorithm):
    sealed = of_the_first_version("13800138000", "t.c", algorithm)
    assert pii.decrypt(sealed, "t.c", "a") == pii.decrypt(sealed, "t.c") == "13800138000"


def test_no_two_algorithms_share_a_byte_of_the_key():
    key = bytes(range(32))
    aes, sm4 = derived(key, "aes"), derived(key, "sm4")
    assert (len(aes), len(sm4)) == (32, 16)
    assert len({aes[:16], aes[16:], sm4, key[:16], key[16:]}) == 5


@pytest.mark.django_db
def test_old_keys_open_and_the_first_one_seals(settings):
    old = settings.KEYS
    sealed = pii.encrypt("x", "t.c")
    settings.KEYS = replace(old, field_keys={"k9": b"9" * 32, **old.field_keys})
    assert pii.decrypt(sealed, "t.c") == "x"
    assert pii.encrypt("x", "t.c").startswith("u.aes.k9.")
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


@pytest.mark.parametrize("years", [13, 14, 15])
@pytest.mark.parametrize("day", [(1, 1), (6, 30), (12, 31)])
def test_what_is_shown_of_a_youths_number_follows_from_the_age_that_is_shown(years, day):
    """Nothing of a child's, whenever in the year the birthday is: around it nothing changes."""
    born = date(timezone.localdate().year - years, *day)
    mask = pii.mask_id_number(id_number(born))
    assert (mask == "*" * 18) is (years <= pii.SHOWN_FROM_AGE)


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
    assert stored.startswith("t.aes.")
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


def raw(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone() if cursor.description else None


def numbers_of(*people):
    with waive_scope("test"):
        rows = {person.pk: person for person in Customer.objects.select_related("household")}
        plain = dict(Customer.objects.values_list("pk", "phone"))
    assert {pk: row.phone for pk, row in rows.items()} == plain
    return [(rows[one.pk].phone, rows[one.pk].id_number) for one in people]


BROKEN = [
    "",
    "x",
    "nothing",
    "t.aes.k1",
    "t.aes.k1.!!",
    "t.aes.k0.AAAA",
    "t.des.k1.AAAA",
    "aes.k1.AAAA",
    "|",
    "t.|x",
]


@pytest.mark.parametrize("broken", BROKEN[1:])
def test_a_broken_value_is_a_word_and_a_line_in_the_log_and_breaks_no_list(db, caplog, broken):
    hurt, well = CustomerFactory(phone="13800138000"), CustomerFactory(phone="13800138001")
    raw("update customers_customer set phone = %s where id = %s", broken, hurt.pk)
    caplog.clear()
    assert numbers_of(hurt, well) == [("不可读" if broken != "|" else "", ""), ("13800138001", "")]
    if broken != "|":
        assert "customers_customer.phone does not open" in caplog.text
        assert "13800138000" not in caplog.text


def test_another_rows_value_is_as_good_as_broken(db):
    mine, other = CustomerFactory(phone="13800138000"), CustomerFactory(phone="13800138001")
    (theirs,) = raw("select phone from customers_customer where id = %s", other.pk)
    raw("update customers_customer set phone = %s where id = %s", theirs, mine.pk)
    assert numbers_of(mine, other) == [("不可读", ""), ("13800138001", "")]
    # and what ties it to the other can't be taken along while it stands there
    (salt,) = raw("select salt from customers_customer where id = %s", other.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        raw("update customers_customer set salt = %s where id = %s", salt, mine.pk)


def test_every_sealed_column_is_tied_to_its_row(db):
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, pii.EncryptedField):
                assert field._ties, f"{model._meta.label}.{field.name}"
    homes = [HouseholdFactory(address=f"{number}号") for number in (1, 2)]
    visits = [VisitFactory(note=f"走访{number}") for number in (1, 2)]
    who, now = visits[0].staff, timezone.now()
    for visit in visits:
        VisitVersion(
            visit=visit, version=1, body=str(visit.note), reason="x", replaced_at=now, replaced_by=who
        ).save()
        HeldVisit(
            visit_id=visit.pk, staff=who, reason="clock", body=str(visit.note), body_hash="h", received_at=now
        ).save()
    tables = [
        (Household, "address", {home.pk for home in homes}),
        (Visit, "note", None),
        (VisitVersion, "body", None),
        (HeldVisit, "body", None),
    ]
    for model, name, keys in tables:
        rows = models.QuerySet(model).order_by("pk")
        rows = rows if keys is None else rows.filter(pk__in=keys)
        first, second = rows
        clear = [getattr(first, name), getattr(second, name)]
        assert "不可读" not in clear
        table, column = model._meta.db_table, model._meta.pk.column
        key = {row.pk: model._meta.pk.get_db_prep_value(row.pk, connection) for row in (first, second)}
        raw(
            f"update {table} set {name} = (select o.{name} from {table} o where o.{column} = %s) where {column} = %s",
            key[second.pk], key[first.pk],
        )  # fmt: skip
        assert [getattr(row, name) for row in rows.all()] == ["不可读", clear[1]]


def test_what_cannot_be_read_stays_as_it_is_stored(db):
    person = CustomerFactory(phone="13800138000")
    raw("update customers_customer set phone = 'broken' where id = %s", person.pk)
    with waive_scope("test"):
        again = Customer.objects.get(pk=person.pk)
        again.name = "新名"
        again.save()
        models.QuerySet(Customer).bulk_update([again], ["phone"])
    assert raw("select phone, name from customers_customer where id = %s", person.pk) == ("broken", "新名")
    assert (again.masked("phone"), pii.mask_phone(again.phone), pii.mask_id_number(again.phone)) == (
        "不可读",
    ) * 3


def test_a_row_without_its_own_tie_is_sealed_for_its_column_only(db):
    """Those that were there before: until they are sealed again."""
    person = CustomerFactory(phone="13800138000")
    sealed = of_the_first_version("13800138000", "customers_customer.phone")
    untie()
    raw("update customers_customer set salt = NULL, phone = %s where id = %s", sealed, person.pk)
    assert numbers_of(person) == [("13800138000", "")]
    with waive_scope("test"):
        again = Customer.objects.get(pk=person.pk)
    again.save()
    assert raw("select phone from customers_customer where id = %s", person.pk)[0].startswith("u.aes.")
    assert numbers_of(person) == [("13800138000", "")]
