"""Section 5 of the report: what became of earlier recommendations, as it stood when the visit ended."""

from datetime import date

import pytest

from monitor.accounts.models import Mechanism, User
from monitor.db import db
from monitor.recommendations.following_up import Judgement, ReplyDraft, assess, check_on_site, record_reply
from monitor.recommendations.models import Evidence, Implementation, Position, Recommendation
from monitor.reports.collection import collect_visit_report
from monitor.reports.content import Version, content_hash
from monitor.reports.earlier import followed_up
from monitor.reports.passages import Spot, passages
from monitor.reports.visit_report import visit_report_html
from monitor.visits.models import Visit
from monitor.visits.operations import approve
from tests.factories import places, visits
from tests.factories.accounts import AT
from tests.factories.recommendations import recommendation
from tests.reports.conftest import IMPRINT
from tests.statements import statements

BEFORE, CHECKED, AFTER = date(2026, 6, 1), date(2026, 9, 1), date(2026, 10, 1)
LEAVING = (Version.AUTHORITY, Version.PUBLIC)


def asked(visit: Visit, by: User, texts: tuple[str, ...]) -> list[Recommendation]:
    """Recommendations of a visit whose report was sent."""
    rows = [recommendation(visit, by=by, text=text) for text in texts]
    approve(visit, by=by, at=AT)
    for row in rows:
        row.reply_due_on = BEFORE
    db.session.commit()
    return rows


@pytest.fixture
def rows(mechanism: Mechanism, monitor: User, coordinator: User) -> list[Recommendation]:
    """What an earlier visit asked: one thing that is checked, one left open."""
    visit = visits.in_review(places.place(mechanism), lead=monitor, started_on=date(2026, 1, 5))
    return asked(visit, coordinator, ("Mend the windows.", "Open the yard."))


@pytest.fixture
def follower(rows: list[Recommendation], monitor: User, coordinator: User) -> Visit:
    """The next visit to the place: an authority said that one is done, and the team saw that it is not."""
    visit = visits.under_way(rows[0].visit.place, lead=monitor, started_on=CHECKED, ended_on=CHECKED)
    reply = ReplyDraft(BEFORE, Position.ACCEPTED, "All windows were mended.", claims_done=True)
    record_reply(rows[0], reply, today=AFTER, by=coordinator, at=AT)
    seen = {rows[0]: (Implementation.NOT_IMPLEMENTED, "Six windows are broken.")}
    check_on_site(visit, seen, today=AFTER, by=coordinator, at=AT)
    db.session.commit()
    return visit


@pytest.mark.parametrize("version", Version)
def test_claim_and_check_stand_in_every_version(rows: list[Recommendation], follower: Visit, version: Version) -> None:
    html = visit_report_html(collect_visit_report(follower, "en", version), IMPRINT)
    section = html[html.index('class="follow-up"') :]
    section = section[: section.index("</table>")]
    first, second = section.split("<tr>")[2:]
    for words in (str(rows[0].reference), "Mend the windows.", "Accepted", "All windows were mended."):
        assert words in first
    assert "Six windows are broken." in first
    assert "Not implemented" in first
    assert "Open the yard." in second
    assert "No answer yet" in second
    assert "Not assessed" in second


@pytest.mark.parametrize("version", LEAVING)
def test_the_release_check_reads_them(follower: Visit, version: Version) -> None:
    read = {one.text for one in passages(collect_visit_report(follower, "en", version)) if one.spot is Spot.FOLLOW_UP}
    assert read == {"Mend the windows.", "All windows were mended.", "Six windows are broken.", "Open the yard."}


def test_what_becomes_of_them_after_the_visit_changes_no_report(
    rows: list[Recommendation], follower: Visit, coordinator: User
) -> None:
    before = content_hash(collect_visit_report(follower, "en", Version.AUTHORITY))
    record_reply(rows[1], ReplyDraft(AFTER, Position.REJECTED, "No."), today=AFTER, by=coordinator, at=AT)
    for row in rows:
        found = Judgement(Implementation.VERIFIED, Evidence.DOCUMENT, AFTER, "A letter shows it.")
        assess(row, found, today=AFTER, by=coordinator, at=AT)
    assert content_hash(collect_visit_report(follower, "en", Version.AUTHORITY)) == before


def test_what_was_settled_before_and_not_looked_at_is_left_out(
    rows: list[Recommendation], follower: Visit, coordinator: User
) -> None:
    found = Judgement(Implementation.VERIFIED, Evidence.DOCUMENT, BEFORE, "A letter shows it.")
    assess(rows[1], found, today=AFTER, by=coordinator, at=AT)
    assert [one.number for one in followed_up(follower, Version.INTERNAL)] == [rows[0].reference]


def test_of_a_report_that_was_not_sent_nothing_leaves(rows: list[Recommendation], follower: Visit) -> None:
    rows[0].reply_due_on = None
    assert [len(followed_up(follower, version)) for version in (Version.INTERNAL, *LEAVING)] == [2, 1, 1]


def test_the_public_reads_the_public_text(rows: list[Recommendation], follower: Visit) -> None:
    rows[0].public_text = "Mend what is broken."
    texts = {version: followed_up(follower, version)[0].text for version in Version}
    assert texts[Version.PUBLIC] == "Mend what is broken."
    assert texts[Version.AUTHORITY] == texts[Version.INTERNAL] == "Mend the windows."


def test_the_first_visit_knows_nothing_of_later_ones(rows: list[Recommendation], follower: Visit) -> None:
    assert followed_up(rows[0].visit, Version.INTERNAL) == ()
    assert len(followed_up(follower, Version.INTERNAL)) == len(rows)


def test_many_take_no_more_statements_than_few(
    rows: list[Recommendation], follower: Visit, monitor: User, coordinator: User
) -> None:
    def asks() -> int:
        db.session.expire_all()
        db.session.refresh(follower)
        with statements() as seen:
            followed_up(follower, Version.INTERNAL)
        return len(seen)

    few = asks()
    more = visits.in_review(rows[0].visit.place, lead=monitor, started_on=date(2026, 2, 2))
    asked(more, coordinator, tuple(f"Do number {number}." for number in range(12)))
    assert asks() == few
