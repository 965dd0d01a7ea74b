-- The flags that are named, by provider.
SELECT *, true AS counted FROM main.flags ORDER BY organisation, name, flag
