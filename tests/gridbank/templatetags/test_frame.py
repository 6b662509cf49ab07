"""Tags of the frame around every page."""

import re

from django.template import Context, Template
from heroicons.templatetags.heroicons import heroicon_outline


def show(text, **context):
    return Template("{% load frame %}" + text).render(Context(context))


def test_an_icon_is_drawn_as_the_package_draws_it():
    assert show('{% icon "users" %}') == heroicon_outline("users", aria_hidden="true")
    assert show("{% icon name %}", name="map") == heroicon_outline("map", aria_hidden="true")


def test_what_is_kept_is_written_once_and_shown_as_often_as_wanted():
    class Counted:
        asked = 0

        def __str__(self):
            self.asked += 1
            return "<b>"

    counted = Counted()
    text = "{% keep part %}<i>{{ counted }}</i>{% endkeep %}[{{ part }}][{{ part }}]"
    assert show(text, counted=counted) == "[<i>&lt;b&gt;</i>][<i>&lt;b&gt;</i>]"
    assert counted.asked == 1


def test_the_menu_stands_in_the_side_bar_and_in_the_top_bar(client, cast):
    client.force_login(cast.zhao)
    page = client.get("/customers/").text
    side, top = (re.search(f"<{tag} class=.*?</{tag}>", page, re.DOTALL)[0] for tag in ("aside", "header"))
    menu = re.search(r'<ul class="menu">.*?</ul>', side, re.DOTALL)[0]
    assert menu in top
    assert "/customers/" in menu
    assert 'aria-current="page"' in menu
    assert all('action="/accounts/logout/"' in part for part in (side, top))


def test_every_form_that_is_opened_has_a_key_of_its_own():
    keys = [
        re.fullmatch(r'<input type="hidden" name="form_key" value="([0-9a-f]{32})">', show("{% once %}"))[1]
        for _n in range(2)
    ]
    assert len(set(keys)) == 2
