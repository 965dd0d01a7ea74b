"""groupaudit: which groups are labelled therapy, and what their own words say happens there."""

__version__ = "0.1.0"
