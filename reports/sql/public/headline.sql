-- The headline as it may be handed on: the sentence about who was asked is written anew, what the operator can do is left out.
SELECT "position", part, "key", "value", out_of, sentence FROM main.headline WHERE part NOT IN ('heard', 'todo') ORDER BY "position"
