"""Addresses with their query; many addresses at once are the addresses one by one."""

import uuid
from urllib.parse import unquote, urlsplit

import pytest
from django.urls import reverse, set_script_prefix
from django.utils.http import url_has_allowed_host_and_scheme
from hypothesis import example, given
from hypothesis.strategies import text

from gridbank.addresses import address, pages, without_numbers
from gridbank.numbers import personal_numbers


@pytest.mark.parametrize("prefix", ["/", "/7/"])
@pytest.mark.parametrize(
    ("route", "keys"),
    [
        ("customers:household", [7, 70, 1]),
        ("visits:detail", [uuid.UUID(int=7), uuid.UUID(int=2**100)]),
        ("visits:timeline", [1, 11]),
        ("grids:detail", []),
    ],
)
def test_many_addresses_are_those_one_by_one(route, keys, prefix):
    set_script_prefix(prefix)
    try:
        assert pages(route, keys) == {key: reverse(route, args=[key]) for key in keys}
    finally:
        set_script_prefix("/")


def test_a_query_stands_behind_an_address_when_there_is_one():
    assert address("visits:timeline", 7) == reverse("visits:timeline", args=[7])
    assert address("visits:list", mode="door", q="李") == f"{reverse('visits:list')}?mode=door&q=%E6%9D%8E"


PHONE, CARD_ID = "13912345678", "522727198005171019"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (f"/list/?q={PHONE}", "/list/"),
        (f"/list/?sort=name&q={CARD_ID}&q=%E6%9D%8E#top", "/list/?sort=name&q=%E6%9D%8E#top"),
        ("/list/?q=139+1234+5678&size=50", "/list/?size=50"),
        ("/list/?q=%EF%BC%91%EF%BC%93%EF%BC%99+1234+5678", "/list/"),
        (f"/list/?{PHONE}=x&{CARD_ID}", "/list/"),
        (f"/list/?size=50#{PHONE}", "/list/?size=50"),
        (f"https://bank.example/list/?q={PHONE}&a=1", "https://bank.example/list/?a=1"),
        (f"/accounts/login/?next=/list/%3Fq%3D{PHONE}%26a%3D1", "/accounts/login/?next=/list/%3Fa%3D1"),
        (f"/in/?next=/in/%3Fnext%3D/list/%253Fq%253D{PHONE}", "/in/?next=/in/%3Fnext%3D/list/"),
        (f"/customers/{PHONE}/edit/", "/customers/00000000000/edit/"),
        (f"/accounts/login/?next=/customers/{CARD_ID}/", f"/accounts/login/?next=/customers/{'0' * 18}/"),
    ],
)
def test_an_address_keeps_everything_but_a_number(given, kept):
    assert without_numbers(given) == kept
    assert without_numbers(kept) == kept


@pytest.mark.parametrize(
    "given",
    [
        "", "/", "/list/?", "/list/?q=&sort", "/list/?q=a+b&q=a%20b", "?page=2", "/visits/?since=2026-11-01&q=520326101",
        # a row's own name, in whose groups a phone number stands
        "/visits/aaaaa138-1234-4678-8abc-aaaaaaaaaaaa/", "/visits/?of=aaaaa138-1234-5678-8abc-aaaaaaaaaaaa",
        "//other.example/x?y=1", "/accounts/login/?next=/customers/%3Fq%3D%E6%9D%8E",
    ],
)  # fmt: skip
def test_an_address_without_a_number_stays_letter_by_letter(given):
    assert without_numbers(given) == given


@pytest.mark.parametrize(
    "led",
    [
        "/%2Fevil.example%2F1381234567%38", "////evil.example/13812345678", "/%5Cevil.example%2F13812345678",
        "http:13812345678/x", "http://[13812345678", "//13812345678.example/", "http://13812345678@other.example/",
        "///13812345678/x", "/.%2F..%2F13812345678",
    ],
)  # fmt: skip
def test_what_was_taken_out_leads_to_no_other_site(led):
    found = without_numbers(led)
    assert url_has_allowed_host_and_scheme(found, None)
    assert not personal_numbers(unquote(unquote(found)))


@given(text(alphabet="/\\%2F5C.:@?#&=aé 138123456789\t", max_size=40))
@example("/%2Fevil.example%2F1381234567%38")
def test_whatever_may_be_led_to_may_be_led_to_without_its_numbers(address):
    if url_has_allowed_host_and_scheme(address, None):
        found = without_numbers(address)
        assert url_has_allowed_host_and_scheme(found, None)
        assert not urlsplit(found).netloc
