-- Which run does the publication speak of?
SELECT run_id FROM raw.publication
