-- The evidence of every named flag.
SELECT * FROM main.evidence ORDER BY flag, number
