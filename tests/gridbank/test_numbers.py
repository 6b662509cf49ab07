"""ID, phone and card numbers are found in free text however they are written, and other numbers are let be."""

import pytest
from django.core.exceptions import ValidationError

from gridbank.errors import Refused
from gridbank.numbers import no_personal_numbers, personal_numbers, refuse_numbers, without_digits

# the example of GB 11643, and a number nobody answers
ID, PHONE = "11010519491231002X", "13800138000"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (f"身份证{ID}。", {"id"}),
        (ID.lower(), {"id"}),
        ("110105 19491231 002X", {"id"}),
        ("１１０１０５１９４９１２３１００２Ｘ", {"id"}),
        (f"电话 {PHONE}", {"phone"}),
        ("138-0013-8000", {"phone"}),
        ("+86 138 0013 8000", {"phone"}),
        (f"{ID} {PHONE}", {"id", "phone"}),
        *(
            (text, {"phone"})
            for text in (
                "138/1234/5678",
                "138_1234_5678",
                "138，1234，5678",
                "(138)12345678",
                "138 12345 678",
                "138~1234~5678",
                "138–1234–5678",
                "138\n1234\n5678",
                "138: 1234: 5678",
                "١٣٨١٢٣٤٥٦٧٨",
                "一三八一二三四五六七八",
            )
        ),
        ("11010519/491231/002X", {"id"}),
        ("收入 35000，40000，38000；10 月 5 日", set()),
        ("11/05 13:20 到 15:40，面积 3.5/4.25", set()),
        ("一三组八户，九月", set()),
        ("贷款 50000 元，3 年，利率 4.35", set()),
        ("2026-10-20 到 2026-11-20", set()),
        ("110105194912310021", set()),
        ("12800138000", set()),
        ("", set()),
    ],
)
def test_it_says_which_kinds_a_text_holds(text, kinds):
    assert personal_numbers(text) == kinds


def test_form_and_service_refuse_and_never_repeat_the_number():
    with pytest.raises(ValidationError) as invalid:
        no_personal_numbers(f"打{PHONE}")
    with pytest.raises(Refused) as refused:
        refuse_numbers("note", f"打{PHONE}")
    assert refused.value.field == "note"
    assert PHONE not in f"{invalid.value}{refused.value}"
    no_personal_numbers("明天再来")
    refuse_numbers("note", "明天再来")


@pytest.mark.parametrize(
    "text", ["密码:Ab12cd", "手机银行密码：123456", "password=hunter2", "PWD: x9!kq", "口令是8888", "his pin is 4711", "ｐａｓｓｗｏｒｄ＝ｈｕｎｔｅｒ２"],
)  # fmt: skip
def test_a_password_is_refused_and_never_repeated(text):
    with pytest.raises(Refused) as refused:
        refuse_numbers("note", text)
    assert text[-4:] not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    ["密码忘了，帮忙重置", "密码：忘记了", "password forgotten", "is spinning: 1234", "想改密码是真的"],
)
def test_talk_about_passwords_is_none(text):
    refuse_numbers("note", text)


def test_a_text_from_outside_loses_its_digits():
    assert without_digits("a1２b") == "a##b"
