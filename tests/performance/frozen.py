"""The triggers that hold a month, for tests that go past them or run into them."""

from django.db import connection

from gridbank.triggers import statements
from performance.guards import guards, ledgers


def sql(statement):
    def run():
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return run


def guard(direction):
    with connection.cursor() as cursor:
        for table in (guards(), *ledgers()):
            for statement in statements(connection, table, direction):
                cursor.execute(statement)


def columns(model):
    return [field.column for field in model._meta.concrete_fields if field.column not in {None, "id"}]
