"""What every page of a release check shows, whatever leaves: what is to be settled, or the check that stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from flask import render_template, request, url_for

from monitor.evidence.queries import of_visit as files_of
from monitor.evidence.queries import unchecked
from monitor.interviews.models import Talk
from monitor.interviews.queries import of_visit, readers_names
from monitor.reports import releases
from monitor.reports.comparing import Hit
from monitor.reports.confidences import HitKind
from monitor.reports.models import Outgoing, ReleaseCheck, Settlement
from monitor.reports.passages import Passage, Spot
from monitor.reports.releases import Content, Material
from monitor.vault import reading
from monitor.vault.keyring import Closed
from monitor.vault.models import Compartment
from monitor.visits.models import Visit
from monitor.visits.states import SEEN_BY_THE_WHOLE_BODY

FIELD: Final = "hit-"
"""What the names of the fields begin with that say how a hit is settled; behind it the hit's keyed hash."""


@dataclass(frozen=True)
class Ways:
    """Where the page leads: the address that keeps a check, that which releases (empty: `back` does), the way back."""

    check: str
    release: str
    back: str
    sent_along: Mapping[str, str]
    """Fields that travel with every form of the page."""


class Row(NamedTuple):
    """A hit as the page shows it."""

    seal: str
    hit: Hit
    talk: Talk | None
    address: str | None
    """Where the text is edited."""
    choices: list[Settlement]
    chosen: str
    scope: str
    """What the person of the talk agreed to have published; empty without such a consent."""
    photo: UUID | None
    """The file whose copy is shown."""


class Gap(NamedTuple):
    """Records that did not open for the reader, and who can open them."""

    number: int
    is_damaged: bool
    readers: list[str]


def sent_settlements() -> dict[str, Settlement]:
    """Return how the form that was sent settles each hit."""
    known = set(Settlement)
    return {
        name.removeprefix(FIELD): Settlement(value)
        for name, value in request.form.items()
        if name.startswith(FIELD) and value in known
    }


def material_of(visit: Visit) -> Material:
    """Open everything confidential of a visit that opens for this reader."""
    return releases.open_material(visit, lambda records: reading.read(records, subject_id=visit.id))


def is_complete(content: Content) -> bool:
    """Say whether checks stand by which this content may leave."""
    refusal = releases.refusal_of_content(content.visit, content.outgoing, content.language, content.fingerprint)
    return refusal is None


def check_page(content: Content, ways: Ways, material: Material | None = None, unsettled: Iterable[str] = ()) -> str:
    """Render the page: with `material`, what is to be settled; without, the check that stands."""
    visit = content.visit
    checks = releases.checks_of(visit, content.outgoing, content.language)
    standing = [check for check in checks if check.content_hash == content.fingerprint]
    return render_template(
        "reports/release.html", visit=visit, version=content.outgoing, language=content.language, ways=ways,
        rows=_rows(content, material) if material else [], unsettled=set(unsettled),
        standing=standing, void=_void(content, checks, standing),
        gaps=_gaps(visit, material, releases.left_to_compare(visit, standing)) if material else [],
        is_complete=material is None, is_approved=visit.state in SEEN_BY_THE_WHOLE_BODY,
        compared=len(material.compared) if material else 0,
        unchecked=[] if content.outgoing is Outgoing.LETTER else unchecked(visit),
    )  # fmt: skip


def _void(content: Content, checks: Iterable[ReleaseCheck], standing: Iterable[ReleaseCheck]) -> ReleaseCheck | None:
    """Return the newest check of what this content was before; of a letter none: a visit has several."""
    if content.outgoing is Outgoing.LETTER:
        return None
    return next((check for check in checks if check not in standing), None)


def _rows(content: Content, material: Material) -> list[Row]:
    visit = content.visit
    talks = {talk.id: talk for talk in of_visit(visit)}
    photos = {file.copy_hash: file.id for file in files_of(visit)}
    chosen = sent_settlements() | _earlier(visit) if request.method == "GET" else sent_settlements()
    rows = []
    for hit in releases.hits_in(content.texts, visit, material):
        seal, talk_id = releases.seal_of(hit, visit), hit.talk_id
        photo = photos.get(hit.passage.key) if hit.passage.spot is Spot.PHOTO else None
        scope = material.consents.get(talk_id, "") if talk_id else ""
        choices = [settlement for settlement in Settlement if releases.may_settle(hit, settlement, material)]
        row = Row(
            seal, hit, talks.get(talk_id) if talk_id else None, _edited_at(visit, hit.passage, photo), choices,
            str(chosen[seal]) if chosen.get(seal) in choices else "", scope,
            photo if hit.kind is HitKind.PHOTO else None,
        )  # fmt: skip
        rows.append(row)
    return rows


def _earlier(visit: Visit) -> dict[str, Settlement]:
    """Return how hits were settled before, for texts that are still the same: a proposal, which the reader confirms."""
    return {
        settled.hit: settled.settlement
        for check in reversed(releases.all_checks_of(visit))
        for settled in check.settled
    }


def _gaps(visit: Visit, material: Material, left: set[UUID]) -> list[Gap]:
    """Return what nobody has compared and this reader cannot, by who can."""
    closed = {id_: why for id_, why in material.closed.items() if id_ in left}
    sealed = {id_ for id_, why in closed.items() if why is Closed.NOT_FOR_YOU}
    medical = sealed & material.medical
    return [
        gap
        for gap in (
            Gap(len(sealed - medical), False, readers_names(visit.body_id)),
            Gap(len(medical), False, readers_names(visit.body_id, Compartment.MEDICAL)),
            Gap(len(closed) - len(sealed), True, []),
        )
        if gap.number
    ]


def _edited_at(visit: Visit, passage: Passage, photo: UUID | None) -> str | None:
    """Return the address of the page on which a text is written; None for the letterhead, which is a setting."""
    if photo is not None:
        return url_for("evidence.show", file_id=photo)
    if passage.spot is Spot.LETTER:
        return url_for("letters.edit", outgoing_id=passage.key)
    return _page_of(visit, passage)


def _page_of(visit: Visit, passage: Passage) -> str | None:
    match passage.spot:
        case Spot.FOUND | Spot.WHY:
            return url_for("visits.finding", visit_id=visit.id, topic_id=passage.key)
        case Spot.PURPOSE | Spot.SUMMARY:
            return url_for("visits.findings", visit_id=visit.id)
        case Spot.ANSWER | Spot.NOTE:
            return url_for("visits.form_item", visit_id=visit.id, item_id=passage.key)
        case Spot.RECOMMENDATION | Spot.ADDRESSEE | Spot.FOLLOW_UP:
            return url_for("recommendations.of_visit", visit_id=visit.id)
        case Spot.PLACE:
            return url_for("visits.place", place_id=visit.place_id)
        case Spot.TEAM:
            return url_for("visits.team", visit_id=visit.id)
        case Spot.LETTERHEAD:
            return None
    return url_for("visits.show", visit_id=visit.id)
