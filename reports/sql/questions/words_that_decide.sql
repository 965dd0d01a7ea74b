-- Which criteria decide most, for and set aside?
SELECT criterion, kind, count(*) FILTER (WHERE stance <> 'set_aside') AS counted,
       count(*) FILTER (WHERE stance = 'set_aside') AS set_aside, min(quote) AS for_instance
FROM evidence WHERE part = 'kind' GROUP BY criterion, kind ORDER BY counted DESC, criterion
