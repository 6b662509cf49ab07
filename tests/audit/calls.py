"""One way to call each service of the audit app: see `tests/nets/calling.py`."""

OTHERS: dict[str, str] = {
    "audit.services": "records for the others",
}
