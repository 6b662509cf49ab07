"""Rows of before anything tied them, as an upgrade finds them: the guard is lifted for as long as the test lasts."""

from django.db import connection


def untie() -> None:
    """Let salts be taken away again, in this test's transaction only."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER customers_customer_tied")
        else:
            # what waits for the end of the transaction would keep the table from being altered
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE customers_customer DISABLE TRIGGER customers_customer_tied")
