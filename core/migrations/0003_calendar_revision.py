from django.db import migrations, models

import core.ids


class Migration(migrations.Migration):
    dependencies = [("core", "0002_concepts")]

    operations = [
        migrations.RemoveField("holidaycalendar", "revision"),
        migrations.AddField(
            "holidaycalendar",
            "revision",
            models.UUIDField(default=core.ids.uuid7, editable=False),
        ),
    ]
