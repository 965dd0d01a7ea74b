-- The headline, sentence by sentence.
SELECT part, "key", "value", out_of, sentence FROM main.headline ORDER BY "position"
