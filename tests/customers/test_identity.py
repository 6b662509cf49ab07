import pickle
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from customers.identity import IdentityError, guess_id_type, parse_id_number, parse_phone
from gridbank.numbers import personal_numbers
from tests.customers.numbers import id_number

TODAY = date(2026, 11, 23)
BORN = st.dates(date(1900, 1, 1), TODAY)


def parse(number, id_type="resident"):
    return parse_id_number(number, id_type=id_type, today=TODAY)


def refused(number, id_type="resident"):
    with pytest.raises(IdentityError) as caught:
        parse(number, id_type)
    assert number[:6] not in str(caught.value) or len(number) < 6
    return str(caught.value)


@given(BORN, st.integers(0, 999))
def test_birth_date_and_gender_are_read_from_a_right_number(born, serial):
    found = parse(id_number(born, serial))
    assert (found.birth_date, found.gender) == (born, "male" if serial % 2 else "female")


@given(BORN, st.integers(0, 999), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(born, serial, place, shift):
    number = id_number(born, serial)
    digits = "0123456789X" if place == 17 else "0123456789"
    other = digits[(digits.index(number[place]) + shift) % len(digits)]
    refused(
        number[:place] + other + number[place + 1 :],
        guess_id_type(number[:place] + other + number[place + 1 :]),
    )


@given(st.text(max_size=40))
def test_any_text_is_refused_or_right_and_never_breaks(text):
    for id_type in ("resident", "resident_15", "foreign_permanent", "hmt_residence", "none"):
        try:
            assert parse(text, id_type).id_type == id_type
        except IdentityError:
            pass
    try:
        assert len(parse_phone(text)) == 11
    except IdentityError:
        pass


def sealed(body):
    return body + ric.calc_check_digit(body + "0")


def test_dates_that_cant_be_are_refused_behind_a_right_check_digit():
    tomorrow = TODAY + timedelta(days=1)
    for day in ("20250230", "17990101", "18991231", f"{tomorrow:%Y%m%d}", "20251301", "00000000"):
        refused(sealed(f"522727{day}101"))


@pytest.mark.parametrize("region", ["441901", "442001", "330113", "460400", "529999", "659012", "110118"])
def test_a_county_or_zone_that_no_list_knows_is_no_reason_to_refuse(region):
    """P6: the check digit and the date decide."""
    assert parse(sealed(f"{region}19900307102")).birth_date == date(1990, 3, 7)
    wrong = sealed(f"{region}19900307102")
    refused(wrong[:-1] + ("1" if wrong[-1] != "1" else "2"))


@pytest.mark.parametrize("mark", ["\u202d", "\u200b", "\ufeff", "\u00ad", "\u2066", "\u200f"])
def test_what_is_invisible_around_and_inside_a_number_is_not_part_of_it(mark):
    """P11."""
    phone, number = "13985400123", id_number()
    assert parse_phone(f"{mark}{phone}\u202c") == parse_phone(f"139{mark}8540{mark}0123") == phone
    assert parse(f"{mark}{number[:6]}{mark}{number[6:]}").number == number
    assert personal_numbers(f"电话139{mark}8540{mark}0123") == {"phone"}
    assert personal_numbers(f"{number[:9]}{mark}{number[9:]}") == {"id"}


def test_a_province_that_never_was_is_refused_and_a_county_that_is_gone_is_not():
    for province in ("00", "16", "55", "66"):
        refused(sealed(f"{province}000019800101101"), guess_id_type(sealed(f"{province}000019800101101")))
    # Chongwen, dissolved in 2010
    assert parse(sealed("11010319500101101")).birth_date == date(1950, 1, 1)
    # a county founded after the person was born
    assert parse(sealed("11011419500101101"))


def test_spaces_small_x_and_full_width_are_the_same_number():
    number = next(n for n in (id_number(serial=s) for s in range(999)) if n.endswith("X"))
    wide = "".join(chr(ord(c) + 0xFEE0) for c in number)
    for text in (number.lower(), f" {number[:6]} {number[6:14]}-{number[14:]} ", wide):
        assert parse(text).number == number
    # Arabic digits are digits to Python
    refused("٥٢٢٧٢٧١٩٨٠٠٥١٧١٠١٩")
    refused(number + "\n1")


def test_an_old_number_is_the_same_person_as_the_new_one():
    new = id_number(date(1970, 3, 4), 123)
    old = parse(new[:6] + new[8:17], "resident_15")
    assert (old.canonical, old.birth_date, old.gender) == (new, date(1970, 3, 4), "male")
    assert old.number == new[:6] + new[8:17]
    refused(new[:6] + "700230" + "123", "resident_15")


def test_other_documents_go_by_their_declared_type():
    foreign, resident = sealed("91112419850505002"), id_number()
    assert parse(foreign, "foreign_permanent").gender == "female"
    for region in ("810000", "820000", "830000"):
        assert parse(sealed(f"{region}19850505101"), "hmt_residence").birth_date == date(1985, 5, 5)
    refused(foreign)
    refused(sealed("81000019850505101"))
    refused(resident, "foreign_permanent")
    refused(resident, "none")
    assert guess_id_type(foreign) == "foreign_permanent"


def test_an_identity_never_shows_its_number():
    found = parse(id_number())
    assert id_number()[6:] not in repr(found)
    assert pickle.loads(pickle.dumps(found)) == found


@pytest.mark.parametrize(
    "text",
    [
        "13800138000",
        " 138 0013 8000",
        "+86 138-0013-8000",
        "0086 13800138000",
        "8613800138000",
        "１３８００１３８０００",
    ],
)
def test_a_phone_is_made_plain(text):
    assert parse_phone(text) == "13800138000"


@pytest.mark.parametrize(
    "text",
    ["00000000000", "11111111111", "12800138000", "1380013800", "138001380001", "13800138000a", "1" * 20, "abc", "",
     "13800138000\n1", "١٣٨٠٠١٣٨٠٠٠"],
)  # fmt: skip
def test_what_is_no_mobile_number_is_refused(text):
    with pytest.raises(IdentityError) as caught:
        parse_phone(text)
    assert not text or text not in str(caught.value)


@given(
    BORN,
    st.sampled_from(["身份证{}", "{}。", "ID:{}", "id{}", "a {} b", "({})"]),
    st.sampled_from(["", " ", "-"]),
)
def test_an_id_number_in_a_text_is_noticed(born, frame, gap):
    number = id_number(born, 101)
    written = gap.join((number[:6], number[6:14], number[14:]))
    assert "id" in personal_numbers(frame.format(written))


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("电话13800138000", {"phone"}),
        ("tel13800138000或139 0013 9000", {"phone"}),
        ("13800138000 13900139000", {"phone"}),
        ("+86-138-0013-8000", {"phone"}),
        ("卡号6222 0212 3456 7890 128", {"card"}),
        ("4111111111111111", {"card"}),
        ("2026-11-23 10:30 收购玉米 1200 斤，3.5 亩", set()),
        ("合同编号 2026112300001", set()),
        ("生于1958-7-21 1960-3-4", set()),
        ("19-2-1950 13-4-1951", set()),
        ("1350 1360 1370.5", set()),
        ("每月 1500 1800 200 0", set()),
        ("18.5 17.25 16.75 1", set()),
        ("13800138 000", set()),
        ("138 0013 8000", {"phone"}),
        ("138-001-38000", {"phone"}),
        ("138.0013.8000", {"phone"}),
        ("138 00138000", {"phone"}),
        ("86 13800138000", {"phone"}),
        ("8613800138000", {"phone"}),
        ("86138 0013 8000", {"phone"}),
        ("2026-11-23 13800138000", {"phone"}),
        ("5 138 0013 8000 3", {"phone"}),
        ("0854-8222222", set()),
        ("１３８００１３８０００", {"phone"}),
        ("", set()),
    ],
)
def test_numbers_in_a_text(text, kinds):
    assert personal_numbers(text) == kinds


@pytest.mark.parametrize("text", ["1" * 1_000_000, "1 " * 500_000, "13 " * 330_000, "1X" * 300_000])
def test_a_long_text_of_digits_is_read_to_its_end(text):
    """A pattern that backtracks would not come back at all."""
    assert "phone" in personal_numbers(f"{text} 电话 13800138000")
