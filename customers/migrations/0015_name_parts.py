"""Given names alone are found: indexes over what follows a name's first one and two characters, and its first initial.

They stand in the database only: the order of their letters is said in words that each database has of its own.
"""

from django.db import migrations

PARTS = {
    "customer_name_from_2": ("name_key", 2),
    "customer_name_from_3": ("name_key", 3),
    "customer_initials_from_2": ("initials", 2),
}


def add(apps, schema_editor):
    postgres = schema_editor.connection.vendor == "postgresql"
    for name, (column, start) in PARTS.items():
        # the very expression that the queries use, or no planner would see it
        part = (
            f'(SUBSTRING("{column}", {start})) text_pattern_ops'
            if postgres
            else f'(SUBSTR("{column}", {start}))'
        )
        schema_editor.execute(f'CREATE INDEX "{name}" ON "customers_customer" ({part})')


def drop(apps, schema_editor):
    for name in PARTS:
        schema_editor.execute(f'DROP INDEX "{name}"')


class Migration(migrations.Migration):
    dependencies = [("customers", "0014_who_they_were")]

    operations = [migrations.RunPython(add, drop)]
