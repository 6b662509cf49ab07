"""The command that seeds the demo."""

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from people.models import User

pytestmark = pytest.mark.django_db


@override_settings(PRODUCTION=True)
@pytest.mark.parametrize("arguments", [[], ["--reset-passwords"]])
def test_production_refuses_the_demo(arguments):
    with pytest.raises(CommandError):
        call_command("seed_demo", *arguments, verbosity=0)
    assert not User.objects.exists()
