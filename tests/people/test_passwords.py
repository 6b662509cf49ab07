"""Weak passwords, and the lock that wrong guesses close."""

from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.core.exceptions import ValidationError
from django.utils import timezone

from people.models import User
from people.passwords import (
    CONTEXT_WORDS,
    ContextWordsValidator,
    OwnWordsValidator,
    RepetitionValidator,
    axes_username,
    lock_length,
)
from tests.people.doors import LOGIN, PASSWORD, is_in, new_password, sign_in


def test_ten_wrong_guesses_under_any_spelling_lock_the_name(client, li):
    names = ["li", "LI", "ｌｉ", " Li"]
    answers = [sign_in(client, names[n % 4], "wrong").status_code for n in range(10)]
    assert answers == [200] * 9 + [429]
    locked = sign_in(client)
    assert locked.status_code == 429
    assert 0 < int(locked["Retry-After"]) <= 15 * 60
    assert "分钟" in locked.text
    assert not is_in(client)


def test_other_browsers_and_addresses_share_the_counter(client, li):
    def guess(n):
        return client.post(
            LOGIN,
            {"username": "li", "password": "wrong"},
            headers={
                "User-Agent": f"browser {n}",
                "X-Forwarded-For": f"10.1.1.{n}",
                "Forwarded": f"for=10.2.2.{n}",
            },
            REMOTE_ADDR=f"10.0.0.{n}",
        ).status_code

    assert [guess(n) for n in range(10)] == [200] * 9 + [429]
    assert sign_in(client).status_code == 429


def test_the_lock_looks_the_same_for_a_name_that_does_not_exist(client, db):
    for _ in range(10):
        answer = sign_in(client, "ghost", "wrong")
    assert answer.status_code == 429


def test_the_lock_opens_after_a_quarter_of_an_hour_even_under_fire(client, li):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(10):
            sign_in(client, password="wrong")
        clock.shift(timedelta(minutes=14))
        assert sign_in(client, password="wrong").status_code == 429
        clock.shift(timedelta(minutes=2))
        assert sign_in(client).status_code == 302


def test_the_lock_of_one_name_leaves_the_others_alone(client, li):
    for _ in range(10):
        sign_in(client, "wang", "wrong")
    assert sign_in(client).status_code == 302


@pytest.mark.parametrize(
    "password",
    [
        *(f"xx{word}xx" for word in CONTEXT_WORDS),
        "My-GridBank-2027",
        "ｇｒｉｄｂａｎｋ-for-ever",
        "我的平塘二零二七",
    ],
)
def test_the_words_that_everybody_here_would_try_first_are_refused(password):
    with pytest.raises(ValidationError) as refused:
        ContextWordsValidator().validate(password)
    assert refused.value.code == "password_context_word"
    assert refused.value.messages == [ContextWordsValidator().get_help_text()]
    assert password not in str(refused.value)


@pytest.mark.parametrize("password", ["Quiet-Rivers-1949", "grid-bank", "农 商", "山高水长二零二七", ""])
def test_other_words_are_fine(password):
    assert ContextWordsValidator().validate(password) is None


def refused_code(validator, password, user=None):
    try:
        validator.validate(password, user)
    except ValidationError as error:
        return error.code
    return None


@pytest.mark.parametrize(
    "password",
    [
        "王春溪王春溪王春溪王春溪", "xx王春溪-2027-yy", "WangChunXi-2027", "chunxiwang2027!", "PT0005-and-more", "pt0005PT0005",
        "ｗａｎｇｃｈｕｎｘｉ77777", "my.wang_cx.2027x",
    ],
)  # fmt: skip
def test_what_colleagues_know_of_a_person_is_in_no_password_of_his(password):
    user = User(username="wang_cx", name="王春溪", staff_no="PT0005")
    assert refused_code(OwnWordsValidator(), password, user) == "password_own_word"
    assert refused_code(OwnWordsValidator(), password, User(username="li", name="李娜", staff_no="7")) is None
    assert refused_code(OwnWordsValidator(), password) is None


def test_one_part_said_again_and_few_signs_are_refused():
    weak = ("aaaaaaaaaaaa", "abcabcabcabc", "Q7-rQ7-rQ7-r", "ababababab-a", "12121212aaaa")
    assert {refused_code(RepetitionValidator(), word) for word in weak} == {"password_repetition"}
    fine = ("Quiet-Rivers-1949", "Broad-Valleys-2027", "山高水长二零二七年春")
    assert {refused_code(RepetitionValidator(), word) for word in fine} == {None}


def test_the_page_refuses_what_the_rules_say_and_says_the_rules(client, li):
    sign_in(client)
    page = client.get("/accounts/password/").text
    assert ("拼音" in page, "工号" in page) == (True, True)
    for weak in ("李娜李娜李娜李娜李娜李娜", f"{li.staff_no}xxABCD"[:2] * 8, "aaaaaaaaaaaa"):
        assert client.post("/accounts/password/", new_password(PASSWORD, weak)).status_code == 422
    assert client.post("/accounts/password/", new_password(PASSWORD)).status_code == 302


def test_nobody_hashes_what_is_longer_than_any_password(client, li, monkeypatch):
    hashed: list[int] = []
    monkeypatch.setattr(User, "check_password", lambda _user, given: hashed.append(len(given)))
    assert sign_in(client, password="x" * 100_000).status_code == 200
    assert sign_in(client, "x" * 100_000, "y").status_code == 200
    assert hashed == []
    sign_in(client, password="x" * 128)
    assert hashed == [128]


def test_many_names_from_one_address_lock_the_address(client, li, settings):
    settings.GUESSES_FROM_AN_ADDRESS = 5
    answers = [sign_in(client, f"name{n}", "wrong").status_code for n in range(6)]
    assert answers == [200] * 5 + [429]
    # the right one as well, and the page says why
    locked = sign_in(client)
    assert (locked.status_code, "此地址" in locked.text) == (429, True)
    assert 0 < int(locked["Retry-After"]) <= 15 * 60
    assert (
        client.post(LOGIN, {"username": "li", "password": PASSWORD}, REMOTE_ADDR="10.9.9.9").status_code
        == 302
    )


def test_every_spelling_of_a_name_is_one_counter(rf):
    names = ["li", "LI", " ｌｉ ", "Ｌi\t"]
    typed = [axes_username(rf.post("/", {"username": name})) for name in names]
    given = [axes_username(None, {"username": name}) for name in names]
    assert len({*typed, *given}) == 1
    assert axes_username(None, {"username": "l1"}) not in typed


def test_what_was_typed_for_a_name_is_kept_as_a_digest_of_one_length(rf):
    """Somebody types his password into the wrong field: it must not be read in the table of attempts."""
    for name in ("Very-Secret-Words", "x" * 100_000, "\x00", "农" * 61, ""):
        kept = axes_username(rf.post("/", {"username": name}))
        assert len(kept) == 64
        assert name == "" or name.casefold() not in kept


def test_a_name_beyond_the_longest_is_the_counter_of_what_fits():
    """A lock can not be walked around with letters that no account's name has room for."""
    longest = "x" * 60
    assert axes_username(None, {"username": longest + "y"}) == axes_username(None, {"username": longest})


def test_whom_the_page_names_counts_before_what_was_typed(rf):
    """The page of one's own password asks for no name: it says whose it is."""
    request = rf.post("/", {"username": "wang"})
    assert axes_username(request, {"username": "li"}) == axes_username(None, {"username": "li"})
    assert axes_username(request, {"username": ""}) == axes_username(None, {"username": "wang"})
    nobody = axes_username(None, {"username": ""})
    assert axes_username(rf.get("/")) == axes_username(None) == axes_username(rf.post("/"), {}) == nobody


@pytest.mark.parametrize(("hours", "length"), [(0.25, timedelta(minutes=15)), (None, timedelta())])
def test_how_long_a_lock_holds_is_a_setting(settings, hours, length):
    settings.AXES_COOLOFF_TIME = hours
    assert lock_length() == length


def test_of_a_wrong_guess_nothing_is_kept_that_was_sent_with_it(client, li):
    """An address may say whom somebody looked for."""
    answer = client.post(
        f"{LOGIN}?next=/customers/%3Fq%3D13812345678&n=王小明",
        {"username": "li", "password": "wrong", "next": "/customers/?q=13812345678", "more": "王小明"},
    )
    assert answer.status_code == 200
    # what is asked for still stands behind the form
    assert "13812345678" in answer.text
    (attempt,) = AccessAttempt.objects.all()
    assert (attempt.get_data, attempt.post_data, attempt.failures_since_start) == ("", "", 1)
