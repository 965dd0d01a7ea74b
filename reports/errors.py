"""What can go wrong in the reports. Every message is ready for a person: what was wrong, where, what to do."""

from __future__ import annotations


class ReportsError(Exception):
    """Anything the reports refuse or cannot do; the command line prints the message and exits 4 (usage: 2)."""


class PublishError(ReportsError):
    """Raised by `publish` where the segments cannot be read or a check returned rows. The last publication stays."""


class NoPublicationError(ReportsError):
    """Raised by every reader of the publication where there is none yet."""


class BrokenPublicationError(ReportsError):
    """Raised by every reader of the publication where the file is damaged, or is not a publication of this program."""


class DiskFullError(ReportsError):
    """Raised where there is no room left to write; what was there before stays."""


class PublicRefusedError(ReportsError):
    """Raised by `report --public` where something may not be handed on yet."""


class QueryError(ReportsError):
    """Raised by `run_sql` where a query is not allowed or fails."""
