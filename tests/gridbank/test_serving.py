"""A process that answers pages is set up for it."""

import itertools
import os
import resource
import subprocess
import sys

import pytest
from django.db import connection
from django.utils.translation import trans_real

from gridbank.serving import _for_pages, bind, settle, with_room

# an empty data folder would be refused: what is looked at here comes after that
LOOK = (
    "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'gridbank.settings'; import django; django.setup();"
    "from gridbank import starting; starting.require = lambda: None;"
    "import gc, gridbank.wsgi; from django.db.backends.signals import connection_created as made;"
    "print(gc.get_threshold()[0], gc.get_freeze_count() > 10_000, len(made.receivers))"
)


def test_the_web_process_settles_before_it_answers(tmp_path):
    environment = {**os.environ, "GRIDBANK_VAR": str(tmp_path)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(
        [sys.executable, "-c", LOOK], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["50000", "True", "3"]


@pytest.mark.postgres
def test_a_page_starts_no_helpers_in_the_database_and_waits_for_nobody_for_ever(db, settings):
    settings.LOCK_SECONDS, settings.STATEMENT_SECONDS = 2.5, 60
    wanted = {
        "max_parallel_workers_per_gather": "0",
        "jit": "off",
        "lock_timeout": "2500ms",
        "statement_timeout": "1min",
    }
    _for_pages(connection=connection)
    with connection.cursor() as cursor:
        for name, value in wanted.items():
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone() == (value,)
            cursor.execute(f"RESET {name}")


@pytest.mark.postgres
def test_what_connected_before_waits_no_longer_than_the_others(db, monkeypatch, settings):
    for name in ("collect", "freeze", "set_threshold"):
        monkeypatch.setattr(f"gridbank.serving.gc.{name}", lambda *_args: None)
    monkeypatch.setattr("gridbank.serving.connection_created.connect", lambda *_args: None)
    settle()
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("5s",)
        cursor.execute("RESET ALL")


def looked_up(catalogue):
    return {
        key: (catalogue.get(key), key[0] and catalogue.plural(key[0], 2))
        if isinstance(key, tuple)
        else catalogue.get(key)
        for key in set(catalogue.keys())
    }


@pytest.mark.parametrize("code", ["zh-hans", "en"])
def test_a_word_is_looked_up_once_and_says_the_same(code):
    catalogue = trans_real.DjangoTranslation(code)._catalog
    before = looked_up(catalogue)
    bind(catalogue)
    assert looked_up(catalogue) == before
    plurals = [plural.__code__ for plural in catalogue._plurals]
    assert all(one != other for one, other in itertools.pairwise(plurals))
    if code == "zh-hans":
        assert len(before) > 3_000
        assert len(plurals) == 1


def test_of_two_catalogues_that_know_a_word_the_first_one_answers():
    catalogue = trans_real.TranslationCatalog()
    one, other = (lambda n: 0), (lambda n: int(n > 1))
    catalogue._catalogs = [{"a": "first"}, {"a": "second", "b": "second"}, {"b": "third", "c": "third"}]
    catalogue._plurals = [one, other, other]
    bind(catalogue)
    assert [catalogue.get(word) for word in "abcd"] == ["first", "second", "third", None]
    assert catalogue._plurals == [one, other]


def _most_faults():
    """Make the same small calls from every depth of nesting; return the most pages mapped at any of them."""

    def small():
        return None

    def descend(depth):
        if depth:
            return descend(depth - 1)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for _ in range(1000):
            small()
        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

    return max(descend(depth) for depth in range(250))


@pytest.mark.skipif(sys.platform != "linux", reason="counts pages as Linux does")
def test_no_loop_maps_memory_for_every_call_it_makes():
    assert with_room(_most_faults)() < 100


def test_room_changes_nothing_else():
    @with_room
    def call(*args, **kwargs):
        return args, kwargs

    assert call(1, two=2) == ((1,), {"two": 2})
    with pytest.raises(ZeroDivisionError):
        with_room(lambda: 1 / 0)()
