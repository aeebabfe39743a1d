from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("loans", "0006_imported_facts_by_batch")]

    operations = [
        migrations.AddField(
            model_name="position",
            name="next_due_number",
            field=models.PositiveSmallIntegerField(
                null=True,
                verbose_name="number of the instalment due next",
                help_text="Empty where numbers and due dates do not rise together: "
                "ageing replays then.",
            ),
        ),
    ]
