"""Release checks that stand, for tests of what comes after them."""

from datetime import datetime
from uuid import UUID

from monitor.db import db, new_id
from monitor.reports import releases
from monitor.reports.models import Outgoing, ReleaseCheck
from monitor.visits.models import Visit


def let_leave(visit: Visit, outgoing: Outgoing, *, by: UUID, at: datetime, language: str | None = None) -> None:
    """Say that somebody compared what a visit would hand out with everything confidential."""
    content = releases.makers[outgoing](visit, language)
    made = ReleaseCheck(
        id=new_id(), mechanism_id=visit.mechanism_id, visit_id=visit.id, outgoing=outgoing, language=content.language,
        content_hash=content.fingerprint, compared=sorted(map(str, releases.confidential_of(visit))), hits=0,
        checked_by_id=by, checked_at=at,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
