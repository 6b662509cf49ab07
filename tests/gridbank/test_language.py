import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_pages_are_chinese_whatever_the_browser_prefers(client):
    response = client.get(reverse("people:login"), headers={"Accept-Language": "en-US,en"})
    assert '<html lang="zh-hans"' in response.text


def test_pages_are_english_for_whoever_chose_english(client):
    client.post(reverse("set_language"), {"language": "en", "next": reverse("people:login")})
    assert '<html lang="en"' in client.get(reverse("people:login")).text


def test_an_unknown_language_in_the_cookie_changes_nothing(client):
    client.cookies["django_language"] = "../../etc"
    assert '<html lang="zh-hans"' in client.get(reverse("people:login")).text


def test_the_api_follows_the_caller(client, cast):
    client.force_login(cast.li)
    answer = client.get("/api/v1/nothing/", headers={"Accept-Language": "en"})
    assert answer.headers["Content-Language"] == "en"
