"""What the audit trail records of this room, and what its rows are called there."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Action(TextChoices):
    """Each action with its words."""

    BATCH_BROUGHT = "batch.brought", _("File brought in")
    BATCH_COMPARED = "batch.compared", _("File: report taken to Excel")
    BATCH_ASKED = "batch.asked", _("File: work asked for")
    BATCH_ERRORS_TAKEN = "batch.errors_taken", _("File: wrong rows taken")
    BATCH_FORGOTTEN = "batch.forgotten", _("Files: what was held is removed")
    BATCH_MAPPED = "batch.mapped", _("File: columns matched")
    BATCH_STOPPED = "batch.stopped", _("File: work stopped")
    BATCH_STORED = "batch.stored", _("File: rows stored")
    BATCH_UNDONE = "batch.undone", _("File: rows put back")
    EXPORT_ASKED = "export.asked", _("Export asked for")
    EXPORT_FETCHED = "export.fetched", _("Export fetched")
    EXPORT_LIMITED = "export.limited", _("Limit of exports set")
    EXPORT_MADE = "export.made", _("Export made")
    EXPORT_REFUSED = "export.refused", _("Export refused")
    EXPORT_REMADE = "export.remade", _("Export: rows are out of sight, made anew")
    EXPORT_SIGNED = "export.signed", _("Export signed")
    EXPORTS_REMOVED = "exports.removed", _("Exports: files removed")
    FILE_ALARMED = "file.alarmed", _("A night's file is missing, late or of another size")
    FILE_EXPECTED = "file.expected", _("Said when a night's file is due")
    EXPORTS_READ = "exports.read", _("Record of exports read")
    KIND_TAKEN = "kind.taken", _("What stands of a kind of file taken to Excel")


SUBJECTS = {"exchange.batch": _("Batch"), "exchange.export": _("Export")}
