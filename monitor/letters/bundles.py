"""Asking for everything about a visit in one zip: the documents and drafts that one person may open by themselves.

Released versions and sent letters go in while their checks stand. What was never released goes in only where the
person reads it anyway: the internal report, the follow-up table of the place, and letters still drafted, as drafts.
Visit documents stay out: they leave by a check of their own, for other programs to read.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final

from monitor.access.permissions import Permission
from monitor.accounts.models import User
from monitor.letters.assembly import content_of_letter
from monitor.letters.models import Letter
from monitor.letters.queries import of_visit, sent_of
from monitor.recommendations.tables import Coverage
from monitor.reports import releases
from monitor.reports.content import Version
from monitor.reports.models import Document, DocumentKind, DocumentState, Paper
from monitor.reports.operations import ask_for, replace_older, request_follow_up, request_visit_report
from monitor.visits.models import Visit

LOOK: Final = "zip"
May = Callable[[Permission, object], bool]
"""Says whether the person who asks may do something with something."""


def request_bundle(visit: Visit, may: May, *, by: User, at: datetime) -> Document:
    """Have everything about a visit that this person may open put together; what is rendered already is taken as it is.

    It belongs to that person alone, and replaces the one they had.
    """
    parts = [part for part in left_of(visit) if releases.refusal_of_document(part) is None]
    parts.append(request_visit_report(visit, language=None, paper=Paper.A4, by=by, at=at))
    if may(Permission.PLACE_READ, visit.place):
        table = Coverage.about(visit.place)
        parts.append(request_follow_up(table, language=parts[-1].language, paper=Paper.A4, by=by, at=at))
    drafts = [letter for letter in drafts_of(visit) if may(Permission.LETTER_READ, letter)]
    held = {
        "documents": sorted(str(part.id) for part in parts),
        "letters": sorted(str(letter.id) for letter in drafts),
    }
    said = [*held["documents"], *(content_of_letter(letter).fingerprint for letter in drafts)]
    wanted = Document(
        kind=DocumentKind.BUNDLE, visit_id=visit.id, audience=Version.INTERNAL, language=visit.language,
        paper=Paper.A4, scope_data=held, content_hash=sha256(" ".join(said).encode()).hexdigest(), look=LOOK,
    )  # fmt: skip
    bundle = ask_for(wanted, visit.mechanism_id, by=by, at=at)
    replace_older(bundle, by=by, at=at)
    return bundle


def left_of(visit: Visit) -> list[Document]:
    """Return the newest report of each version and language that was released, and the letters as they were sent."""
    reports: dict[tuple[Version, str], Document] = {}
    for document in releases.released_of(visit):
        if document.kind is DocumentKind.VISIT_REPORT and document.state is not DocumentState.FAILED:
            reports.setdefault((document.audience, document.language), document)
    return [*reports.values(), *(letter.document for letter in sent_of(visit) if letter.document)]


def drafts_of(visit: Visit) -> Sequence[Letter]:
    """Return the letters about a visit that are still drafted, by number."""
    return [letter for letter in reversed(of_visit(visit)) if letter.is_draft]
