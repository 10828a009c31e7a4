"""What became of earlier recommendations, as it stood when a visit ended: section 5 of its report.

What is replied or found out after the visit belongs to the follow-up table, so a report stays what it was.
"""

from monitor.recommendations import queries
from monitor.recommendations.models import SETTLED, Assessment, Implementation, Position, Recommendation, Reply
from monitor.reports.content import FollowedUp, Version
from monitor.visits.models import Visit


def followed_up(visit: Visit, version: Version) -> tuple[FollowedUp, ...]:
    """Return the earlier recommendations that the visit checked, or that were open before it.

    What leaves the mechanism names only those of final reports that were sent: others passed no release check.
    """
    rows = [row for row in queries.asked_before(visit) if version is Version.INTERNAL or row.reply_due_on is not None]
    ids = [row.id for row in rows]
    replied, found, seen = queries.replies_to(ids), queries.assessments_of(ids), queries.seen_on(visit)
    stood = [
        (row, _last_reply(visit, replied.get(row.id, [])), _last_found(visit, found.get(row.id, [])), seen.get(row.id))
        for row in rows
    ]
    return tuple(
        _followed_up(row, version, reply, now or before, now)
        for row, reply, before, now in stood
        if now or before is None or before.implementation not in SETTLED
    )


def _last_reply(visit: Visit, replies: list[Reply]) -> Reply | None:
    last = visit.ended_on or visit.started_on
    return next((reply for reply in reversed(replies) if last is None or reply.received_on <= last), None)


def _last_found(visit: Visit, assessments: list[Assessment]) -> Assessment | None:
    last = visit.ended_on or visit.started_on
    return next((one for one in reversed(assessments) if last is None or one.assessed_on <= last), None)


def _followed_up(
    row: Recommendation, version: Version, reply: Reply | None, found: Assessment | None, now: Assessment | None
) -> FollowedUp:
    return FollowedUp(
        number=row.reference or "",
        text=row.public_text if version is Version.PUBLIC and row.public_text else row.text,
        position=reply.position if reply else Position.AWAITING,
        answer=reply.text if reply else "",
        seen_now=now.note if now else "",
        status=found.implementation if found else Implementation.NOT_ASSESSED,
    )
