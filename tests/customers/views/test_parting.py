"""The pages by which a household parts, or two become one."""

import pytest
from django.db import models
from django.urls import reverse

from customers.models import Customer, Household
from tests.factories import CustomerFactory, HouseholdFactory


@pytest.fixture
def home(cast):
    home = HouseholdFactory(grid=cast.grid_li, head_name="曾大")
    for name, relation in (("曾大", "head"), ("<b>曾二</b>", "child")):
        CustomerFactory(household=home, name=name, relation=relation)
    return home


def person(name):
    return models.QuerySet(Customer).get(name=name)


def test_somebody_gets_a_household_of_his_own(client, cast, home):
    client.force_login(cast.li)
    url = reverse("customers:household-split", args=[home.pk])
    text = client.get(url).text
    assert "&lt;b&gt;曾二" in text
    son = person("<b>曾二</b>")
    sent = {"version": 1, "people": [son.pk], "head": son.pk, "reason": "分家"}
    assert client.post(url, {**sent, "reason": ""}).status_code == 422
    answer = client.post(url, sent, follow=True)
    new = models.QuerySet(Household).latest("pk")
    assert answer.redirect_chain[0][0] == new.get_absolute_url()
    assert person("<b>曾二</b>").household == new


def test_two_households_become_one_by_the_number_of_the_other(client, cast, home):
    other = CustomerFactory(household__grid=cast.grid_li, name="曾三", relation="head").household
    client.force_login(cast.li)
    url = reverse("customers:households-join", args=[home.pk])
    sent = {"version": 1, "code": other.code, "reason": "实为一户"}
    assert client.post(url, {**sent, "code": "?"}).status_code == 422
    assert client.post(url, {**sent, "version": 9}).status_code == 422
    assert client.post(url, sent).status_code == 302
    assert person("曾三").household == home


def test_whoever_only_reads_is_offered_neither(client, cast, home):
    client.force_login(cast.li)
    shown = client.get(home.get_absolute_url()).text
    assert reverse("customers:household-split", args=[home.pk]) in shown
    client.force_login(cast.wu)
    assert client.get(reverse("customers:household-split", args=[home.pk])).status_code == 404
