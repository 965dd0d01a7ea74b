-- The headline as it may be handed on: the sentence about who was asked is written anew.
SELECT "position", part, "key", "value", out_of, sentence FROM main.headline WHERE part <> 'heard' ORDER BY "position"
