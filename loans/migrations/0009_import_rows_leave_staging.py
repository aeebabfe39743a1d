"""Where an import stands is what is left in staging, so its cursor is no longer read or written.

The column stays in the database, with a default, for servers of the release before; a later
release takes it away (docs/recipes/change-a-model.md, contract).
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("loans", "0008_next_instalment_numbers_known"),
    ]

    operations = [
        migrations.AlterField(
            model_name="importbatch",
            name="cursor",
            field=models.CharField(blank=True, db_collation="C", db_default="", max_length=200),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name="importbatch", name="cursor")],
        ),
    ]
