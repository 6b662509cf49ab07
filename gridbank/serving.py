"""What a process that answers pages does differently from one that computes months."""

import gc
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import connection
from django.db.backends.signals import connection_created
from django.utils.translation import trans_real

P = ParamSpec("P")
R = TypeVar("R")
# places for values: 256 KB, in a piece of twice that
ROOM = 2**15


def settle() -> None:
    """Get ready to answer pages; called once, when everything is loaded."""
    for code, _name in settings.LANGUAGES:
        translation: Any = trans_real.translation(code)
        bind(translation._catalog)
    gc.collect()
    # what is loaded stays: the collector needn't walk through it again during requests
    gc.freeze()
    # a page makes thousands of objects that die with it
    gc.set_threshold(50_000, 20, 20)
    connection_created.connect(_for_pages)
    # whatever made sure that all is there has connected already
    if connection.connection is not None:
        _for_pages(connection)


def bind(catalogue: Any) -> None:
    """Let a word be looked up once, not in the catalogue of each app in turn: a page of a list says six hundred.

    Django means to bind those of one plural form together and compares a function with another one's code, which are
    never equal. What is found stays the same: of two that know a word the first one answers.
    """
    bound: list[tuple[dict[Any, str], Callable[[int], int]]] = []
    for words, plural in zip(reversed(catalogue._catalogs), reversed(catalogue._plurals), strict=True):
        if bound and bound[-1][1].__code__ == plural.__code__:
            bound[-1][0].update(words)
        else:
            bound.append((dict(words), plural))
    catalogue._catalogs = [words for words, _plural in reversed(bound)]
    catalogue._plurals = [plural for _words, plural in reversed(bound)]


def _for_pages(connection: Any, **_: Any) -> None:
    """Let nobody wait for ever, start no helpers and compile nothing: that takes longer than a page, and others wait too.

    Migrations, commands and jobs take the time they need: they aren't set up here.
    """
    if connection.vendor == "postgresql":
        lock, statement = settings.LOCK_SECONDS * 1000, settings.STATEMENT_SECONDS * 1000
        with connection.cursor() as cursor:
            cursor.execute("SET max_parallel_workers_per_gather = 0")
            cursor.execute("SET jit = off")
            cursor.execute(f"SET lock_timeout = {lock:.0f}")
            cursor.execute(f"SET statement_timeout = {statement:.0f}")


def with_room(call: Callable[P, R]) -> Callable[P, R]:
    """Let all calls below this one keep their variables in one piece of memory.

    Python lays out the variables of nested calls in pieces of 16 KB. A loop that happens to lie at the end of
    a piece has the next one mapped and unmapped by the kernel for every call it makes: 1,800 times in one page
    of a list, a third of its time. A call that claims to need a lot gets a piece in which the rest fits as well.
    """

    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        return call(*args, **kwargs)

    run.__code__ = run.__code__.replace(co_stacksize=ROOM)
    return run
