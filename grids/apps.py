"""The grids app: it tells the jobs which banks a person belongs to."""

from hashlib import sha256

from django.apps import AppConfig


class GridsConfig(AppConfig):
    """Register what the app below asks, how a closing is put in force, and which triggers stand."""

    name = "grids"

    def ready(self) -> None:
        """Let a job be seen by the people of its bank, among others."""
        from audit import verification  # noqa: PLC0415  the same
        from audit.untold import watched  # noqa: PLC0415  models are loaded only now
        from exchange import outlets, sheets  # noqa: PLC0415  the same
        from gridbank import triggers  # noqa: PLC0415  the same
        from grids import backdated, ending  # noqa: PLC0415  the same
        from grids.authority import Act, may  # noqa: PLC0415  the same
        from grids.enums import BackdatingKind  # noqa: PLC0415  the same
        from grids.guards import WATCHED, guards, lead_guards, signature_guards  # noqa: PLC0415  the same
        from grids.handed import handovers_left  # noqa: PLC0415  the same
        from grids.models import assigned_paths, banks_of  # noqa: PLC0415  models are not ready earlier
        from grids.outlets import register_outlets  # noqa: PLC0415  the same
        from grids.services.access import leads_of, parts_in_the_way  # noqa: PLC0415  the same
        from grids.services.backdating import signatures  # noqa: PLC0415  the same
        from grids.services.handovers import handover_signatures  # noqa: PLC0415  the same
        from grids.services.keeping import close_signed  # noqa: PLC0415  the same
        from grids.services.proving import AssignmentsTold, HandoversTold  # noqa: PLC0415  the same
        from grids.sheets import register_sheets  # noqa: PLC0415  the same
        from grids.subjects import register_subjects  # noqa: PLC0415  the same
        from grids.undoing import register_undoing  # noqa: PLC0415  the same
        from jobs import scope  # noqa: PLC0415  the same
        from people import holding  # noqa: PLC0415  the same

        register_subjects()
        register_undoing()
        triggers.watch(guards(), signature_guards(), lead_guards(), *watched(WATCHED))
        holding.register(parts_in_the_way)
        holding.register_leading(leads_of)
        verification.register(signatures)
        verification.register(handover_signatures)
        verification.register(AssignmentsTold)
        verification.register(HandoversTold)
        backdated.register(BackdatingKind.CLOSE, close_signed)
        scope.register(banks_of)
        register_sheets()
        register_outlets()
        outlets.register_signers(lambda actor: may(actor, Act.EXPORT_SIGN))
        sheets.register_reach(lambda actor: sha256("|".join(assigned_paths(actor)).encode()).hexdigest()[:64])
        ending.register(handovers_left)
