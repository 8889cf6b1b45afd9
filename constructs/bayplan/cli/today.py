"""The one place where the clock is read: what is said is the same on every run that is given the same day."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

from bayplan.complaint import BadInput, Complaint


def today(said: str) -> date:
    """The day that is said; else that of SOURCE_DATE_EPOCH, as for every reproducible build; else today's, in UTC."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        if said:
            return date.fromisoformat(said)
        return datetime.fromtimestamp(int(epoch), UTC).date() if epoch else datetime.now(UTC).date()
    except (ValueError, OverflowError, OSError):
        name = "--today" if said else "SOURCE_DATE_EPOCH"
        complaint = Complaint(file=name, line=0, what=f"{said or epoch!r} is no day", fix='Write "2027-01-31".')
        raise BadInput([complaint]) from None
