"""Lists that are asked for: with a purpose, signed by a second person, fetched while they may be."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from audit.services import record
from exchange.actions import Action
from exchange.models import PURPOSE_LENGTH, Export, ExportLimit, Standing
from exchange.outlets import Opened, Outlet, outlet_of, signs_exports
from exchange.selectors import EXPORT, export_list
from exchange.services.bringing import kind_for
from exchange.services.making import export_content, file_remove, files_forget, standing_manifest
from exchange.sheets import reach_of
from gridbank.context import note_archive
from gridbank.errors import NotAllowed, Refused
from gridbank.listing import told
from gridbank.numbers import refuse_numbers
from gridbank.scoping import visible_or_404
from gridbank.turns import locked, take_turn
from gridbank.visible import without_invisible
from jobs.requesting import request_job
from jobs.scope import banks_of
from people.models import User
from people.persons import accounts_of, is_same
from people.policies import reads_trail

PURPOSE_LEAST = 4
# rows of one export, and what one person has open at a time
ROWS_AT_MOST, OPEN_AT_MOST = 100_000, 5
ASKED_WITHIN = timedelta(days=7)
LIMIT_MOST = 20_000


def outlet_for(actor: User, name: str) -> Outlet:
    """Return a list that somebody may ask for. Raises Refused, and NotAllowed."""
    outlet = outlet_of(name)
    if outlet is None:
        raise Refused(_("This list can't be asked for."))
    if not outlet.may(actor):
        raise NotAllowed(_("You may not take this list."))
    return outlet


def opened_for(actor: User, outlet: Outlet, query: str) -> Opened:
    """Open a list as somebody, as an address says. Raises Refused when its filters are wrong."""
    opened = outlet.opened(actor, QueryDict(query))
    if opened is None:
        raise Refused(_("The list's filters are wrong. Go back to the list and choose again."))
    return opened


@transaction.atomic
def export_ask(*, actor: User, name: str, query: str, clear: Sequence[str], purpose: str) -> Export:
    """Ask for a list, with some values in clear, for a purpose. Raises Refused, and NotAllowed."""
    outlet = outlet_for(actor, name)
    purpose = " ".join(without_invisible(purpose).split())
    if not PURPOSE_LEAST <= len(purpose) <= PURPOSE_LENGTH:
        message = _("Say what for in %(least)s to %(most)s characters.")
        raise Refused(message % {"least": PURPOSE_LEAST, "most": PURPOSE_LENGTH}, field="purpose")
    refuse_numbers("purpose", purpose)
    if not set(clear) <= {one.key for one in outlet.clear}:
        raise Refused(_("This can't be shown in clear."), field="clear")
    opened, asked = opened_for(actor, outlet, query), QueryDict(query)
    found = opened.source.rows.order_by()[: ROWS_AT_MOST + 1].count()
    if found > ROWS_AT_MOST:
        message = _("An export takes at most %(n)s rows. Choose less with a filter.")
        raise Refused(message % {"n": ROWS_AT_MOST})
    accounts = accounts_of(actor)
    take_turn(f"export {min(accounts)}")
    mine = Export.everywhere().filter(asker__in=accounts, state__in=[Standing.ASKED, Standing.SIGNED])
    if mine.count() >= OPEN_AT_MOST:
        raise Refused(
            _("%(n)s exports of yours are open. Wait until they are decided.") % {"n": OPEN_AT_MOST}
        )
    export = Export(
        outlet=name, asker=actor, bank_id=min(banks_of(actor), default=None), reach=reach_of(actor),
        language=get_language() or "", clear=[one.key for one in outlet.clear if one.key in clear], purpose=purpose,
        rows=found,
    )  # fmt: skip
    sought = [_("searched for: %(q)s") % {"q": asked["q"]}] if asked.get("q") else []
    export.ask(query, [*sought, *told(asked, opened.form)])
    export.save()
    changes = {"list": name, "rows": found, "clear": export.clear, "purpose": purpose}
    record(actor=actor, action=Action.EXPORT_ASKED, subject=export, changes=changes)
    return export


def _locked(actor: User, export: Export) -> Export:
    return visible_or_404(locked(export_list(actor=actor)), pk=export.pk)


@transaction.atomic
def export_decide(*, actor: User, export: Export, sign: bool) -> Export:
    """Sign what another person asked for, which has it made, or refuse it. Raises Refused, and NotAllowed."""
    export = _locked(actor, export)
    if not signs_exports(actor) or export.bank_id not in banks_of(actor):
        raise NotAllowed(_("Exports are signed by leads and deputies of the head office."))
    if is_same(actor, export.asker):
        raise Refused(_("Somebody else signs what you asked for."))
    if export.state != Standing.ASKED:
        raise Refused(_("This was decided already."))
    export.signer, export.signed_at = actor, timezone.now()
    export.state = Standing.SIGNED if sign else Standing.REFUSED
    export.save(update_fields=["signer", "signed_at", "state"])
    if sign:
        _have_made(export)
    record(
        actor=actor,
        action=Action.EXPORT_SIGNED if sign else Action.EXPORT_REFUSED,
        subject=export,
        changes={"list": export.outlet, "asker": export.asker.staff_no},
    )
    return export


def _have_made(export: Export) -> None:
    request_job(kind=EXPORT, subject=str(export.pk), bank_id=export.bank_id, actor=export.asker, again=True)


@transaction.atomic
def export_fetch(*, actor: User, export: Export) -> bytes | None:
    """Return the file to whoever asked for it; None when rows of it are no longer his, and it is made anew.

    Raises Refused when it isn't there, OutOfSight when it is another's or his ground is another.
    """
    export = _locked(actor, export)
    if export.asker_id != actor.pk:
        raise NotAllowed(_("Only who asked for it fetches it."))
    if export.state != Standing.READY or export.expires_at is None or export.expires_at <= timezone.now():
        raise Refused(_("The file isn't there, or no longer. Ask for it again."))
    outlet, manifest = outlet_for(actor, export.outlet), export.manifest
    if standing_manifest(actor, export, outlet, manifest) != manifest["held"]:
        file_remove(export)
        export.state, export.file = Standing.SIGNED, ""
        export.save(update_fields=["state", "file"])
        _have_made(export)
        record(actor=actor, action=Action.EXPORT_REMADE, subject=export, changes={"list": export.outlet})
        return None
    body = export_content(export)
    for kind, keys in manifest["archives"].items():
        for key in keys:
            note_archive(kind, key)
    export.downloads += 1
    export.save(update_fields=["downloads"])
    changes = {
        "list": export.outlet, "rows": export.rows, "clear": export.clear, "purpose": export.purpose,
        "download": export.downloads,
    }  # fmt: skip
    record(actor=actor, action=Action.EXPORT_FETCHED, subject=export, changes=changes)
    return body


@transaction.atomic
def export_limit_set(*, actor: User, rows: int) -> None:
    """Say up to how many rows a list of one's bank goes out at once. Raises Refused, and NotAllowed."""
    if not signs_exports(actor):
        raise NotAllowed(_("The limit is set by leads and deputies of the head office."))
    if not 1 <= rows <= LIMIT_MOST:
        raise Refused(_("Between 1 and %(most)s rows.") % {"most": LIMIT_MOST}, field="rows")
    bank = min(banks_of(actor), default=0)
    take_turn(f"export limit {bank}")
    standing = ExportLimit.objects.filter(bank_id=bank).first()
    before = standing.rows if standing else None
    if before == rows:
        return
    ExportLimit.objects.update_or_create(bank_id=bank, defaults={"rows": rows})
    record(actor=actor, action=Action.EXPORT_LIMITED, changes={"rows": [before, rows]})


@transaction.atomic
def exports_forget() -> int:
    """Remove files whose days are over, and what nobody decided or finished; return how many exports are gone."""
    now, rows = timezone.now(), Export.everywhere()
    over = rows.filter(state=Standing.READY, expires_at__lte=now)
    late = rows.filter(state__in=[Standing.ASKED, Standing.SIGNED], asked_at__lte=now - ASKED_WITHIN)
    gone = [*over, *late]
    for export in gone:
        file_remove(export)
    rows.filter(pk__in=[one.pk for one in gone]).update(state=Standing.GONE, file="", sealed_manifest=b"")
    stray = files_forget()
    if gone or stray:
        record(actor=None, action=Action.EXPORTS_REMOVED, changes={"exports": len(gone), "stray": stray})
    return len(gone)


@transaction.atomic
def kind_taken(*, actor: User, kind: str, rows: int) -> None:
    """Record that what stands of a kind of file leaves the house, before it does. Raises Refused, and NotAllowed."""
    kind_for(actor, kind)
    record(actor=actor, action=Action.KIND_TAKEN, changes={"list": kind, "rows": rows})


@transaction.atomic
def exports_read(*, actor: User) -> None:
    """Record that the auditor read who took what, before he does. Raises NotAllowed."""
    if not reads_trail(actor):
        raise NotAllowed(_("Only the auditor reads who took what."))
    record(actor=actor, action=Action.EXPORTS_READ)
