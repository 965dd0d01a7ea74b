-- Corrections of earlier reports.
SELECT * FROM main.corrections ORDER BY "day", organisation, name
