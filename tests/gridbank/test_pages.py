"""What all pages do alike: parts, keys, refusals beside their fields."""

from types import SimpleNamespace

import pytest
from django import forms
from django.http import QueryDict
from django.test import RequestFactory

from gridbank import pages
from gridbank.errors import Refused, StaleEdit
from tests.factories import UserFactory


class Form(forms.Form):
    name = forms.CharField()
    version = forms.CharField(required=False)


def request(query="", *, htmx=None):
    made = RequestFactory().get(f"/{query}")
    made.htmx = htmx
    return made


def htmx(*, boosted):
    return SimpleNamespace(boosted=boosted)


@pytest.mark.parametrize(
    ("asked", "part"), [(None, False), (htmx(boosted=False), True), (htmx(boosted=True), False)]
)
def test_a_part_is_given_to_htmx_and_not_to_a_boosted_link(asked, part):
    assert pages.wants_part(request(htmx=asked)) is part
    assert pages.part_of(request(htmx=asked), "a.html", "rows") == ("a.html#rows" if part else "a.html")


def test_a_page_goes_on_after_its_last_row_and_keeps_the_filters():
    first = pages.key_page(request("?due=week"), range(5), key=str, size=2)
    assert (first.rows, first.next_url, first.first_url) == ([0, 1], "?due=week&after=1", "")
    last = pages.key_page(request("?due=week&after=3"), iter([4]), key=str, size=2)
    assert (last.rows, last.next_url, last.first_url) == ([4], "", "?due=week")


def test_a_page_that_is_just_full_leads_nowhere():
    assert pages.key_page(request(), [0, 1], key=str, size=2).next_url == ""


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("7", 7),
        ("", None),
        ("x", None),
        ("-1", None),
        ("1.5", None),
        ("\u0661", None),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
    ],
)
def test_a_key_that_is_no_number_is_the_beginning(text, key):
    assert pages.key_asked(request(f"?after={text}")) == key


@pytest.mark.parametrize(
    ("error", "place"),
    [
        (Refused("no", field="name"), "name"),
        (Refused("no", field="other"), "__all__"),
        (Refused("no"), "__all__"),
    ],
)
def test_a_refusal_stands_beside_its_field(error, place):
    form = Form(QueryDict("name=x"))

    def refuse(_data):
        raise error

    assert not pages.written(form, refuse)
    assert form.errors == {place: ["no"]}


def test_a_valid_form_is_written_once_and_an_invalid_one_not_at_all():
    done = []
    assert pages.written(Form(QueryDict("name=x")), done.append)
    assert not pages.written(Form(QueryDict("")), done.append)
    assert [data["name"] for data in done] == ["x"]


def test_after_a_stale_edit_the_next_save_is_a_knowing_one():
    form = Form(QueryDict("name=x&version=1"))
    form.is_valid()
    error = StaleEdit.__new__(StaleEdit)
    Refused.__init__(error, "changed")
    error.version = 3
    pages.add_refusal(form, error)
    assert form.data["version"] == "3"


CLEAR = pages.Question(title="公布?", consequences=["不能撤回"], button="公布", back="/back/")
GRAVE = pages.Question(title="锁定?", consequences=["不能更改"], button="锁定", back="/back/", word="2026-09")


@pytest.fixture
def ask(db, rf):
    user = UserFactory()

    def asked(question, **data):
        request = rf.post("/x/", data)
        request.user = user
        return pages.unanswered(request, question)

    return asked


def test_the_page_says_what_will_happen_and_leads_back(ask):
    page = ask(CLEAR)
    assert page.status_code == 200
    for said in ("公布?", "不能撤回", 'name="sure"', 'href="/back/"'):
        assert said in page.content.decode()


def test_a_yes_to_it_goes_on(ask):
    assert ask(CLEAR, sure="yes") is None
    assert ask(CLEAR, sure="yes", word="x").status_code == 422


@pytest.mark.parametrize("typed", ["", "2026-10", "2026"])
def test_the_gravest_wants_its_word(ask, typed):
    page = ask(GRAVE, sure="yes", word=typed)
    assert page.status_code == 422
    assert "输入的内容不符" in page.content.decode()
    assert ask(GRAVE, sure="yes", word=" 2026-09 ") is None


class Talk(forms.Form):
    met = forms.ChoiceField(choices=[("y", "yes")], widget=forms.RadioSelect)
    text = forms.CharField()
    day = forms.CharField()


def begun(form) -> list[str]:
    pages.begin(form)
    parts = [form] if isinstance(form, forms.BaseForm) else form.parts
    return [
        f"{field.html_name}" for part in parts for field in part if "autofocus" in field.field.widget.attrs
    ]


def test_a_page_begins_at_its_first_field_or_at_the_first_that_is_wrong():
    assert begun(Talk()) == ["text"]
    assert begun(Talk({"text": "x"})) == ["day"]
    several = SimpleNamespace(
        parts=[Talk({"met": "y", "text": "x", "day": "x"}, prefix="a"), Talk(prefix="b")], is_bound=False
    )
    assert begun(several) == ["a-text"]
    assert begun(SimpleNamespace(is_bound=False, parts=[])) == []
