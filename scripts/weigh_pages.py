"""Say what a page of the installed bank weighs on the wire the first time it is opened, with all that it asks for.

    python scripts/weigh_pages.py [name:/path …]

It reads the pages as the site answers them to a browser that takes gzip, adds the files under STATIC_ROOT as they are sent
and the data that a map asks for. The bar of a page is 100 KB.
"""

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridbank.settings")

import django  # noqa: E402  the settings are named first
from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402

PAGES = [
    "zhao:/", "chen:/", "li:/", "zhao:/grids/map/", "chen:/grids/map/", "li:/visits/today/", "zhao:/setup/",
    "zhao:/performance/", "li:/customers/",
]  # fmt: skip
KB = 1024
ASKED = re.compile(r'(?:href|src)="(/static/[^"]+)"')
MAP = re.compile(r'<div\s[^>]*\bdata-url="([^"]+)"[^>]*>')


def sent(url: str) -> int:
    """Return the size of a file as it goes over the wire."""
    path = Path(settings.STATIC_ROOT) / url.removeprefix("/static/")
    packed = path.with_name(f"{path.name}.gz")
    return (packed if packed.is_file() else path).stat().st_size


def weigh(name: str, path: str) -> dict[str, float]:
    """Return the KB of a page by kind."""
    from people.models import User  # noqa: PLC0415  there only once the site is set up

    client = Client(headers={"accept-encoding": "gzip", "host": "localhost"})
    client.force_login(User.objects.get(username=name), backend="django.contrib.auth.backends.ModelBackend")
    packed = client.get(path)
    text = client.get(path, headers={"accept-encoding": "identity"}).text
    found: dict[str, float] = {"page": len(packed.content)}
    for url in dict.fromkeys(ASKED.findall(text)):
        kind = url.rpartition(".")[2]
        found[kind] = found.get(kind, 0) + sent(url)
    for drawn in MAP.finditer(text):
        # as map.js asks: a map without a list is a picture beside other things
        more = {"packed": "on"} if re.search(r'data-list="\w', drawn[0]) else {"packed": "on", "rough": "on"}
        found["data"] = found.get("data", 0) + len(client.get(drawn[1].replace("&amp;", "&"), more).content)
    return {kind: size / KB for kind, size in found.items()}


def main(*pages: str) -> None:
    """Print a line a page."""
    django.setup()
    for wanted in pages or PAGES:
        name, _colon, path = wanted.partition(":")
        kinds = weigh(name, path)
        parts = ", ".join(f"{kind} {size:.1f}" for kind, size in sorted(kinds.items()))
        print(f"{sum(kinds.values()):6.1f} KB  {name} {path}  ({parts})")


if __name__ == "__main__":
    main(*sys.argv[1:])
