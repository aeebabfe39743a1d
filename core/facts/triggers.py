"""Append-only tables, refused by PostgreSQL itself."""

from __future__ import annotations

import pgtrigger
from django.db import models
from pgtrigger import compiler


class AppendOnlySql(compiler.UpsertTriggerSql):
    """The trigger's SQL without the switch by which a session variable could turn it off.

    Migrations refer to this class: a changed template needs a new class beside it.
    """

    def get_template(self) -> str:
        return """
            CREATE OR REPLACE FUNCTION {pgid}()
            RETURNS TRIGGER AS $$
                {declare}
                BEGIN
                    {func}
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE TRIGGER {pgid}
                {when} {operation} ON {table}
                FOR EACH {level} {condition}
                EXECUTE PROCEDURE {execute};

            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """


class AppendOnly(pgtrigger.Trigger):
    """Refuses an operation on every row of a table, with a sentence that says what to do."""

    when = pgtrigger.Before

    def get_func(self, model: type[models.Model]) -> str:  # type: ignore[override]
        return (
            "RAISE EXCEPTION '% on % is refused: the table is append-only. "
            "Record a new row that corrects the old one.', TG_OP, TG_TABLE_NAME "
            "USING ERRCODE = 'restrict_violation';"
        )

    def compile(self, model: type[models.Model]) -> compiler.Trigger:  # type: ignore[override]
        return compiler.Trigger(
            name=self.name,
            sql=AppendOnlySql(
                pgid=self.get_pgid(model),  # type: ignore[arg-type]
                func=self.get_func(model),
                table=model._meta.db_table,
                when=self.when,
                operation=self.operation,
                level=self.level or pgtrigger.Row,
            ),
        )


def append_only() -> list[AppendOnly]:
    """Returns the triggers that make a table append-only: no UPDATE, DELETE or TRUNCATE."""
    return [
        AppendOnly(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        AppendOnly(
            name="append_only_truncate", operation=pgtrigger.Truncate, level=pgtrigger.Statement
        ),
    ]
