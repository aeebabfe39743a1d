from django.db import migrations

# Events of promises that were undone within their seconds carry a mark of their own from now on.
SLIPS_BEFORE = """
WITH gone AS (
    UPDATE reporting_eventline AS line SET mark = 'slip'
    FROM collections_app_promise AS promise
    WHERE line.kind = 'promise_taken' AND line.mark = '' AND line.source = promise.id::text
        AND promise.is_slip
    RETURNING line.*
), changes AS (
    SELECT gone.*, '' AS as_mark, -1 AS counted FROM gone
    UNION ALL SELECT gone.*, 'slip', 1 FROM gone
)
INSERT INTO reporting_eventrollup AS sums (portfolio_id, "on", kind, mark, product_id, place,
    to_place, team_id, agent_id, event_count, amount)
SELECT portfolio_id, "on", kind, as_mark, product_id, place, to_place, team_id, agent_id,
    sum(counted), sum(counted * amount)
FROM changes
GROUP BY portfolio_id, "on", kind, as_mark, product_id, place, to_place, team_id, agent_id
ON CONFLICT (portfolio_id, "on", kind, mark, product_id, place, to_place, team_id, agent_id)
DO UPDATE SET event_count = sums.event_count + excluded.event_count,
    amount = sums.amount + excluded.amount
"""


class Migration(migrations.Migration):
    dependencies = [
        ("collections_app", "0023_slips_leads_and_heat"),
        ("reporting", "0003_dossier"),
    ]

    operations = [migrations.RunSQL(SLIPS_BEFORE, migrations.RunSQL.noop)]
