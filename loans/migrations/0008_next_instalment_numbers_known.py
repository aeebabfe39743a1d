"""Positions that were there before learn the number of the instalment due next, as replay says it.

It stays empty where the instalments still to come do not rise in number and due date together.
"""

from django.db import migrations

SET_NUMBERS = """
    UPDATE loans_position AS position SET next_due_number = next.number
    FROM (
        SELECT loan_id, min(number) AS number
        FROM (
            SELECT open.loan_id, open.number, open.due_on,
                lag(open.number) OVER in_order AS number_before,
                lag(open.due_on) OVER in_order AS due_before
            FROM loans_instalment AS open
            JOIN loans_position AS owed USING (loan_id)
            WHERE open.satisfied_on IS NULL AND open.due_on >= owed.next_due_on
            WINDOW in_order AS (PARTITION BY open.loan_id ORDER BY open.due_on, open.number)
        ) AS to_come
        GROUP BY loan_id
        HAVING coalesce(bool_and(number > number_before AND due_on > due_before), true)
    ) AS next
    WHERE next.loan_id = position.loan_id
"""


class Migration(migrations.Migration):
    dependencies = [("loans", "0007_next_instalment_number")]

    operations = [migrations.RunSQL(SET_NUMBERS, migrations.RunSQL.noop)]
