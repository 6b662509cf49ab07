from django.db import migrations

from customers.guards import tie_guards
from gridbank.triggers import operation


class Migration(migrations.Migration):
    """What ties sealed values to their row is given once."""

    dependencies = [("customers", "0011_restriction")]

    operations = [operation(sql) for sql in tie_guards()]
