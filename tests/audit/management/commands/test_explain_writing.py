"""The command by which a repair by hand is told afterwards."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audit.actions import Action
from audit.models import AuditEvent
from audit.outside import outside_left
from audit.services import record
from tests.factories import ProductFactory, UserFactory

pytestmark = pytest.mark.django_db


def told(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("explain_writing", *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_it_lists_what_was_written_and_records_why():
    user = UserFactory()
    first, last = told()
    assert (first.split()[3:], last) == (["people_user", str(user.pk)], "Written outside every act: 1.")
    assert told("--reason", "the number was wrong")[-1] == "Explained: 1 writings."
    event = AuditEvent.objects.get(action=Action.OUTSIDE_EXPLAINED)
    assert (event.details["tables"], event.details["reason"]) == (["people_user"], "the number was wrong")


@pytest.mark.django_db(transaction=True)
def test_only_what_is_named_is_explained():
    """What came meanwhile, and nobody has looked at, stays."""
    UserFactory()
    ProductFactory()
    keys = {line.split()[3]: line.split()[0] for line in told()[:-1]}
    assert (
        told("--reason", "the number was wrong", "--key", keys.pop("people_user"))[-1]
        == "Explained: 1 writings."
    )
    assert [one.relation for one in outside_left()] == list(keys)
    assert "products_product" in keys


def test_where_nothing_was_written_there_is_nothing_to_explain():
    UserFactory()
    record(actor=None, action="test.told")
    assert told() == ["Written outside every act: 0."]
    with pytest.raises(CommandError, match="Nothing was written outside an act"):
        told("--reason", "why not")
