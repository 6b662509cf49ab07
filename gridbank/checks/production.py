"""What production refuses or warns of in its settings, keys, files and its own user (docs/operate.md)."""

import base64
import os
import re
import stat
from contextlib import suppress
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Tags, register
from django.db import DatabaseError
from django.utils.translation import gettext_noop as _

from gridbank.checks.words import caution, error

DEMO_USERNAMES = ("zhao", "qian", "chen", "li", "wang", "sun", "sysadmin", "secadmin", "auditor")
LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}
# 32 random bytes with fewer are rarer than any accident
FEWEST_DIFFERENT_BYTES = 16
NO_KEY = _("A key is a sample, too plain, or used twice; docs/operate.md says how to make keys.")
# the units read it
ENVIRONMENT_FILE = Path("/etc/gridbank/environment")
# seconds; a page that takes longer ends with its process, and says nothing
WEB_TIMEOUT = 60


def is_near(host: str) -> bool:
    """Say whether a host is this machine: nothing, a socket's folder, or the loopback."""
    if not host or host.startswith("/") or host in LOCAL_HOSTS:
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@register(Tags.security, deploy=True)
def production_is_production(**_more: Any) -> list[CheckMessage]:
    """E010, E013, E016, E032: the profile itself, DEBUG, eager jobs, no name."""
    found = []
    if not settings.PRODUCTION:
        text = _(
            "GRIDBANK_PROFILE is not production: cookies, redirects and start checks are those of a trial."
        )
        found.append(error(32, text))
    if settings.DEBUG:
        found.append(error(10, _("DEBUG is on.")))
    if getattr(settings, "CELERY_TASK_ALWAYS_EAGER", False):
        found.append(error(13, _("Celery runs eagerly.")))
    if all(host in LOCAL_HOSTS for host in settings.ALLOWED_HOSTS) or "*" in settings.ALLOWED_HOSTS:
        text = _("Set GRIDBANK_HOSTS to the names under which the bank's people reach the site.")
        found.append(error(16, text))
    return found


@register(Tags.security, deploy=True)
def keys_are_keys(**_more: Any) -> list[CheckMessage]:
    """E012, E015: keys from a file beside the database, of a sample, or one for two purposes."""
    found, secrets = [], _secrets()
    if not settings.KEYS.from_environment:
        text = _(
            "Set GRIDBANK_SECRET_KEY, GRIDBANK_FIELD_KEYS and GRIDBANK_INDEX_KEY:"
            " keys live outside the database's machine."
        )
        found.append(error(12, text))
    # one that stands twice is told whatever the profile
    if any(len(set(secret)) < FEWEST_DIFFERENT_BYTES for secret in secrets) and not _is_doubled(secrets):
        found.append(error(15, NO_KEY))
    return found


@register(Tags.security)
def no_key_stands_twice(**_more: Any) -> list[CheckMessage]:
    """E015, whatever the profile: whoever knew one would know the other."""
    return [error(15, NO_KEY)] if _is_doubled(_secrets()) else []


def _secrets() -> list[bytes]:
    keys = settings.KEYS
    return [settings.SECRET_KEY.encode(), keys.index_key, settings.SEAL_KEY, *keys.field_keys.values()]


def _is_doubled(secrets: list[bytes]) -> bool:
    """Whether one of them is another, or holds it in the form in which it was copied: base64, hexadecimal, a list."""
    text, *keys = secrets
    return len(set(secrets)) < len(secrets) or bool(_forms(text.decode()) & set(keys))


def _forms(text: str) -> set[bytes]:
    """Return the keys that a text may stand for, as a whole and in its parts."""
    found = set()
    for part in (text, *re.split(r"[\s,:]+", text)):
        bare = part.rstrip("=").translate(str.maketrans("-_", "+/"))
        for read in (bytes.fromhex, lambda one: base64.b64decode(one + "=" * (-len(one) % 4))):
            with suppress(ValueError):
                found.add(read(bare))
    return found


@register(Tags.security, deploy=True)
def production_holds_no_demo(**_more: Any) -> list[CheckMessage]:
    """E014: a database that was seeded with the demo must not go into production."""
    people = get_user_model()._default_manager
    try:
        seeded = people.filter(username__in=DEMO_USERNAMES).count() == len(DEMO_USERNAMES)
    # not migrated yet, or not there: others say so
    except DatabaseError:
        return []
    if not seeded:
        return []
    return [error(14, _("The database holds the demo's people. Start from an empty one."))]


def _open_to_others(path: Path) -> int:
    """Return a path's permissions where others have any; 0 where it is its owner's, not there or not ours to ask."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0
    return mode if mode & 0o077 else 0


@register(Tags.security, deploy=True)
def nobody_else_reads_what_is_ours(**_more: Any) -> list[CheckMessage]:
    """E026, E036, E037: keys, messages and the clock's file are the service's own."""
    found = []
    if mode := _open_to_others(settings.VAR_DIR):
        text = _("%(path)s is open to others (%(mode)03o); chmod 700 it.")
        found.append(error(26, text, path=settings.VAR_DIR, mode=mode))
    keys = {36: settings.ENVIRONMENT.seal_key_file, 37: ENVIRONMENT_FILE}
    for number, path in keys.items():
        if path and (mode := _open_to_others(path)):
            text = _("%(path)s holds keys and is open to others (%(mode)03o); chmod 600 it.")
            found.append(error(number, text, path=path, mode=mode))
    return found


@register(Tags.security, deploy=True)
def the_anchors_have_a_place(**_more: Any) -> list[CheckMessage]:
    """E028, W027: a night's anchor can be written, and not beside the database that it proves."""
    file = settings.ANCHOR_FILE
    found = []
    if not os.access(file if file.exists() else file.parent, os.W_OK):
        found.append(error(28, _("GRIDBANK_ANCHOR_FILE %(path)s can't be written."), path=file))
    if settings.VAR_DIR in file.parents:
        text = _("The anchors lie in the data folder: put GRIDBANK_ANCHOR_FILE on another machine's disk.")
        found.append(caution(27, text))
    return found


@register(Tags.security, deploy=True)
def only_the_proxy_is_believed(**_more: Any) -> list[CheckMessage]:
    """W029, W033, E034: who reaches us past the proxy, and whose word on addresses and origins is taken."""
    found, wanted = [], settings.ENVIRONMENT
    if not is_near(wanted.listen_host):
        text = _("HOST %(host)s lets others past the proxy and its TLS; stay on 127.0.0.1.")
        found.append(caution(29, text, host=wanted.listen_host))
    if any(name == "*" or not ip_network(name).prefixlen for name in wanted.proxies.split(",")):
        text = _(
            "GRIDBANK_PROXIES names everybody: whoever asks may say from which address, and that TLS is on."
        )
        found.append(error(34, text))
    loose = [name for name in wanted.origins if "*" in name or not name.startswith("https://")]
    if loose:
        text = _("GRIDBANK_ORIGINS %(names)s: write https:// and whole names, forms of these are accepted.")
        found.append(caution(33, text, names=", ".join(loose)))
    return found


@register(Tags.security, deploy=True)
def pages_keep_their_time_and_their_tls(**_more: Any) -> list[CheckMessage]:
    """W038, W039: a tile server in clear, and a patience that outlasts the web process."""
    found, wanted = [], settings.ENVIRONMENT
    if wanted.tile_url.startswith("http://"):
        text = _(
            "GRIDBANK_TILE_URL asks for tiles in clear: which houses are looked at can be read on the way."
        )
        found.append(caution(38, text))
    if max(wanted.lock_seconds, wanted.statement_seconds) >= WEB_TIMEOUT:
        text = _(
            "GRIDBANK_LOCK_SECONDS or GRIDBANK_STATEMENT_SECONDS is not below gunicorn's timeout of %(seconds)d s:"
            " people would get no sentence."
        )
        found.append(caution(39, text, seconds=WEB_TIMEOUT))
    return found


@register(Tags.security, deploy=True)
def who_serves_changes_no_code(**_more: Any) -> list[CheckMessage]:
    """W042: root may do anything, and who may write the code may as well."""
    if os.geteuid() == 0:
        return [caution(42, _("This runs as root: run it as a user of its own, without a shell."))]
    if os.access(settings.BASE_DIR, os.W_OK):
        text = _("The user that serves may write %(path)s: let the code be another's.")
        return [caution(42, text, path=settings.BASE_DIR)]
    return []
