-- The changes of the runs that were kept, put back.
INSERT INTO main.changes FROM changes_kept;
DROP TABLE changes_kept;
