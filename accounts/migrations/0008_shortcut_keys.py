from django.db import migrations, models


def carry_who_switched_keys_off(apps, schema_editor):
    users = apps.get_model("accounts", "User").objects.using(schema_editor.connection.alias)
    users.filter(has_single_keys=False).update(shortcut_keys="off")


def carry_back(apps, schema_editor):
    users = apps.get_model("accounts", "User").objects.using(schema_editor.connection.alias)
    users.exclude(shortcut_keys="letters").update(has_single_keys=False)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_guide_preference"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="shortcut_keys",
            field=models.CharField(
                choices=[
                    ("letters", "Alone, outside of fields"),
                    ("alt", "With Alt held"),
                    ("off", "Not at all"),
                ],
                db_default="letters",
                default="letters",
                help_text="How letters, digits and signs do things. Keys with Ctrl always work.",
                max_length=7,
                verbose_name="keys",
            ),
        ),
        migrations.RunPython(carry_who_switched_keys_off, carry_back),
        migrations.RemoveField(model_name="user", name="has_single_keys"),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("shortcut_keys__in", ["letters", "alt", "off"])),
                name="user_shortcut_keys_known",
            ),
        ),
    ]
