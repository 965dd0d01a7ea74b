-- Every criterion that counted for a verdict, and how often.
SELECT criterion, kind, part, count(*) FILTER (WHERE stance <> 'set_aside') AS counted,
       count(*) FILTER (WHERE stance = 'set_aside') AS set_aside
FROM main.evidence GROUP BY ALL ORDER BY part, kind, criterion
