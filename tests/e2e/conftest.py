"""Fixtures of real processes."""

import itertools
import os
import secrets
from collections.abc import Iterator

import pytest

from tests import gates
from tests.e2e.site import Site

DATABASES = itertools.cycle(range(1, 16))
RUN = f"gb_e2e_{os.getpid()}_{secrets.token_hex(3)}"


@pytest.fixture(scope="session")
def template(tmp_path_factory) -> Iterator[Site]:
    """Migrate once; every test copies it."""
    site = Site(tmp_path_factory.mktemp("template"), f"{RUN}_t")
    site.migrate()
    yield site
    site.stop()


@pytest.fixture
def make_site(tmp_path, template, request) -> Iterator:
    """Return a function that makes an installation with a broker; all of it is stopped after the test."""
    made = []

    def make(broker: str = "") -> Site:
        site = Site(tmp_path / f"site{len(made)}", f"{RUN}_{len(made)}", broker).copy_of(template)
        made.append(site)
        return site

    yield make
    for site in made:
        site.stop()
        if site.log.exists():
            print(site.log.read_text(errors="replace")[-6000:])


@pytest.fixture(params=["filesystem", pytest.param("redis", marks=pytest.mark.redis)])
def site(request, make_site) -> Site:
    """An installation, once on the filesystem broker and once on a real Redis."""
    return make_site(flushed_redis() if request.param == "redis" else "")


def flushed_redis() -> str:
    """Return the URL of an empty Redis database, another one each time: a killed site's last message finds nobody."""
    import redis

    url = f"{gates.REDIS.rstrip('/').removesuffix('/0')}/{next(DATABASES)}"
    with redis.Redis.from_url(url) as server:
        server.flushdb()
    return url
