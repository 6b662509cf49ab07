"""Bringing files in, storing their rows, putting them back."""

from exchange.services.arriving import batch_arrive
from exchange.services.asking import batch_start, batch_stop
from exchange.services.bringing import batch_bring, batch_map, errors_taken, report_taken
from exchange.services.expecting import expectation_set, files_watch
from exchange.services.exporting import (
    export_ask,
    export_decide,
    export_fetch,
    export_limit_set,
    exports_forget,
    exports_read,
    kind_taken,
)
from exchange.services.forgetting import batches_forget
from exchange.services.making import make
from exchange.services.storing import one_by_one, rows_take
from exchange.services.undoing import undo

__all__ = [
    "batch_arrive",
    "batch_bring",
    "batch_map",
    "batch_start",
    "batch_stop",
    "batches_forget",
    "errors_taken",
    "expectation_set",
    "export_ask",
    "export_decide",
    "export_fetch",
    "export_limit_set",
    "exports_forget",
    "exports_read",
    "files_watch",
    "kind_taken",
    "make",
    "one_by_one",
    "report_taken",
    "rows_take",
    "undo",
]
