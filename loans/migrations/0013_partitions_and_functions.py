"""Instalments and allocations in sixteen hash partitions by loan; the count of paused days in SQL.

Written by hand: Django cannot declare partitions. The tables are empty here and keep their columns
and checks; the key becomes (loan_id, id), because PostgreSQL wants the partition column in it, while
Django goes on using `id`, which a sequence keeps unique. An identity column would need PostgreSQL 17.
"""

from django.db import migrations

PARTITIONS = 16


def partitioned(table: str, unique_name: str, unique_columns: str) -> str:
    return f"""
        ALTER TABLE {table} RENAME TO {table}_plain;
        CREATE TABLE {table} (LIKE {table}_plain INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
            PARTITION BY HASH (loan_id);
        DROP TABLE {table}_plain;
        CREATE SEQUENCE {table}_id_seq AS bigint OWNED BY {table}.id;
        ALTER TABLE {table}
            ALTER COLUMN id SET DEFAULT nextval('{table}_id_seq'),
            ADD CONSTRAINT {table}_pkey PRIMARY KEY (loan_id, id),
            ADD CONSTRAINT {unique_name} UNIQUE ({unique_columns}),
            ADD CONSTRAINT {table}_loan_fk FOREIGN KEY (loan_id) REFERENCES loans_loan (id)
                DEFERRABLE INITIALLY DEFERRED;
        DO $$
        BEGIN
            FOR remainder IN 0..{PARTITIONS - 1} LOOP
                EXECUTE format(
                    'CREATE TABLE {table}_%s PARTITION OF {table} '
                    'FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER %s)',
                    lpad(remainder::text, 2, '0'), remainder);
            END LOOP;
        END $$;
    """


PAUSED_DAYS = """
    CREATE FUNCTION loans_paused_days(
        starts date[], ends date[], counted_from date, counted_to date
    ) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT coalesce(sum(upper(stretch) - lower(stretch)), 0)::integer
        FROM (
            SELECT unnest(range_agg(daterange(pause.starts_on, pause.ends_on))
                * datemultirange(daterange(counted_from, greatest(counted_from, counted_to))))
                AS stretch
            FROM unnest(starts, ends) AS pause (starts_on, ends_on)
        ) AS paused
    $$;
    COMMENT ON FUNCTION loans_paused_days IS
        'Days from counted_from to counted_to inside any of the pauses, overlaps counted once.';
"""


class Migration(migrations.Migration):
    replaces = [("loans", "0002_partitions_and_functions")]

    dependencies = [("loans", "0001_squashed_0012_acceleration")]

    operations = [
        migrations.RunSQL(
            partitioned("loans_instalment", "instalment_number_once", "loan_id, number")
        ),
        migrations.RunSQL(
            partitioned(
                "loans_allocation",
                "allocation_once",
                "loan_id, repayment_id, instalment_number",
            )
        ),
        migrations.RunSQL(
            PAUSED_DAYS,
            reverse_sql="DROP FUNCTION loans_paused_days(date[], date[], date, date)",
        ),
    ]
