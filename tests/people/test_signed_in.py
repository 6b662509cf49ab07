"""A session's row opens nothing: not to whoever reads it, and not to whoever writes it."""

import hashlib

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session

from people import services
from people.models import ApiToken
from people.signed_in import DIGITS, SessionStore, row_key
from people.tokens import token_digest
from tests.people.doors import asked_by

HOME = "/customers/"


def status(client, key):
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    return client.get(HOME).status_code


def test_the_key_in_a_row_signs_nobody_in(client, li):
    client.force_login(li)
    key, row = client.session.session_key, Session.objects.get()
    assert (row.session_key, len(row.session_key)) == (row_key(key), DIGITS)
    assert key not in row.session_key + row.session_data
    assert [status(client, given) for given in (key, row.session_key, key)] == [200, 302, 200]


def test_another_installation_knows_the_row_by_another_key(li, settings):
    before = row_key("k" * 32), token_digest("gb_x")
    settings.SEAL_KEY = b"o" * 32
    assert before[0] != row_key("k" * 32)
    assert before[1] != token_digest("gb_x")


def test_what_is_in_a_row_is_nothing_in_another(client, li, sysadmin):
    """Whoever writes rows gives his own session what stands in another's."""
    client.force_login(sysadmin)
    theirs = Session.objects.get().session_data
    client.logout()
    client.force_login(li)
    key = client.session.session_key
    assert status(client, key) == 200
    Session.objects.update(session_data=theirs)
    assert SessionStore(key).load() == {}
    assert status(client, key) == 302


def test_a_session_of_before_has_ended(client, li):
    client.force_login(li)
    key = client.session.session_key
    Session.objects.update(session_key=key)
    assert status(client, key) == 302


def test_a_session_is_stored_renewed_and_ended_by_its_own_key(db):
    store = SessionStore()
    store["who"] = "li"
    store.save()
    first = store.session_key
    assert (SessionStore(first)["who"], store.exists(first), store.exists(row_key(first))) == (
        "li",
        True,
        False,
    )
    store.cycle_key()
    assert (SessionStore(store.session_key)["who"], SessionStore(first).load()) == ("li", {})
    SessionStore().delete()
    SessionStore().delete(row_key(store.session_key))
    assert Session.objects.count() == 1
    store.delete()
    assert not Session.objects.exists()


def test_signing_out_and_a_new_epoch_end_it(client, li, sysadmin):
    client.force_login(li)
    key = client.session.session_key
    client.logout()
    assert (Session.objects.count(), status(client, key)) == (0, 302)
    client.force_login(li)
    key = client.session.session_key
    assert status(client, key) == 200
    services.everybody_out()
    assert status(client, key) == 302


@pytest.mark.parametrize("digest", ["plain", "of a row"])
def test_no_digest_that_can_be_made_without_the_key_opens_the_api(li, digest):
    made = services.token_create(actor=li, name="x", days=1)
    assert asked_by(made.secret) == 200
    if digest == "of a row":
        assert asked_by(made.token.digest) == 401
    else:
        ApiToken.objects.update(digest=hashlib.sha256(made.secret.encode()).hexdigest())
        assert asked_by(made.secret) == 401
