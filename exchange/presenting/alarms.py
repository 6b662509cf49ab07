"""What homes say of the files of the night."""

from django.utils.translation import gettext as _

from exchange import selectors
from exchange.models import FileAlarm, Trouble
from exchange.sheets import sheet_of
from people.models import User


def told(*, actor: User) -> list[str]:
    """Return a sentence for each alarm that somebody hears of."""
    return [sentence(alarm) for alarm in selectors.file_alarms(actor=actor)]


def sentence(alarm: FileAlarm) -> str:
    """Say what is strange about a night's file."""
    sheet = sheet_of(alarm.kind)
    words = {
        "file": sheet.label if sheet else alarm.kind, "night": alarm.night.isoformat(), "rows": alarm.rows,
        "before": alarm.rows_before,
    }  # fmt: skip
    if alarm.trouble == Trouble.MISSING:
        return _("The file “%(file)s” of %(night)s is missing.") % words
    if alarm.trouble == Trouble.LATE:
        return _("The file “%(file)s” of %(night)s came late.") % words
    return _("The file “%(file)s” of %(night)s has %(rows)s rows, the one before had %(before)s.") % words
