"""Pages, charts and exports of a publication."""
