"""Letters are begun from the visit, follow their language, leave only as they were checked, and stay as sent."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup

from monitor.accounts.models import Mechanism, User
from monitor.audit.models import AuditEvent
from monitor.audit.queries import Printed, compare_head
from monitor.authorities.models import Authority, AuthorityKind
from monitor.authorities.operations import Entry, InUse, add_authority, remove_authority
from monitor.db import db
from monitor.letters import operations
from monitor.letters.assembly import assemble, content_of_letter
from monitor.letters.drawing import letter_html
from monitor.letters.models import BLOCKS, Letter, LetterKind, LetterState
from monitor.letters.operations import AlreadySent, LetterDraft, NoAddressee, NotMade, OutOfTime, Overtaken
from monitor.letters.prefill import is_of_all_findings
from monitor.recommendations import sending
from monitor.recommendations.queries import of_visit
from monitor.reports.models import DocumentState, Paper, Problem
from monitor.reports.passages import Spot
from monitor.reports.releases import NotReleased, Refusal
from monitor.reports.tasks import render_document
from monitor.tenancy import across_mechanisms
from monitor.visits import corrections
from monitor.visits import operations as visit_operations
from monitor.visits.models import CorrectionOutcome, Visit, VisitState
from tests.factories import places, visits
from tests.factories.accounts import AT
from tests.letters.conftest import TODAY, let_go, made
from tests.reports.reading import ReadPdf


def draft(letter: Letter, **changes: object) -> LetterDraft:
    typed = LetterDraft(letter.authority, letter.language, letter.dated, letter.reply_by, dict(letter.blocks))
    return replace(typed, **changes)


def save(letter: Letter, by: User, **changes: object) -> None:
    operations.update_letter(letter, draft(letter, **changes), base_version=letter.version, by=by, at=AT)
    db.session.commit()


def test_an_urgent_letter_is_filled_from_what_the_authority_may_read(letter: Letter) -> None:
    assert letter.language == "fr"
    assert letter.reply_by == TODAY + timedelta(days=7)
    assert "The fire exits of the east side are chained." in letter.blocks["facts"]
    assert "note for us" not in letter.blocks["facts"]
    assert letter.blocks["asked"] == "1. Take the chains off today."
    assert set(letter.blocks) == {block.value for block in BLOCKS[LetterKind.URGENT]}


def test_what_nobody_changed_follows_language_and_day(letter: Letter, coordinator: User) -> None:
    changed = {**letter.blocks, "why": "They cannot get out."}
    save(letter, coordinator, language="en", reply_by=date(2026, 3, 16), blocks=changed)
    assert letter.blocks["opening"] == "Dear Sir or Madam,"
    assert letter.blocks["reply"] == "Please answer in writing by 16 March 2026."
    assert letter.blocks["why"] == "They cannot get out."


def test_an_empty_language_is_that_of_the_addressee(letter: Letter, coordinator: User) -> None:
    save(letter, coordinator, language="", authority=None)
    assert letter.language == "en"


def test_who_was_slower_sees_both_texts(letter: Letter, coordinator: User) -> None:
    base = letter.version
    save(letter, coordinator, blocks={**letter.blocks, "facts": "Theirs"})
    mine = draft(letter, blocks={**letter.blocks, "facts": "Mine"})
    with pytest.raises(Overtaken) as overtaken:
        operations.update_letter(letter, mine, base_version=base, by=coordinator, at=AT)
    assert overtaken.value.present == {"facts": "Theirs"}
    assert letter.blocks["facts"] == "Theirs"


def test_our_own_sentences_are_no_hits_until_they_are_changed(letter: Letter, coordinator: User) -> None:
    def spot_of(text: str) -> Spot:
        return next(one.spot for one in content_of_letter(letter).texts if one.text == text)

    assert spot_of(letter.blocks["reminder"]) is Spot.REFERENCE
    assert spot_of(letter.blocks["facts"]) is Spot.LETTER
    save(letter, coordinator, blocks={**letter.blocks, "reminder": "Call 0123456789"})
    assert spot_of("Call 0123456789") is Spot.LETTER


def test_a_letter_leaves_only_as_it_was_checked(letter: Letter, coordinator: User) -> None:
    with pytest.raises(NotReleased):
        operations.request_letter(letter, paper=Paper.A4, by=coordinator, at=AT)
    let_go(letter, coordinator)
    save(letter, coordinator, blocks={**letter.blocks, "facts": "Another text"})
    with pytest.raises(NotReleased) as refused:
        operations.request_letter(letter, paper=Paper.A4, by=coordinator, at=AT)
    assert refused.value.refusal is Refusal.NOT_CHECKED


@pytest.mark.parametrize(
    ("is_training", "mark"), [(True, "Données de formation · Confidentiel"), (False, "Confidentiel")]
)
def test_every_page_of_a_letter_is_marked(letter: Letter, is_training: bool, mark: str) -> None:
    said = assemble(letter)
    html = letter_html(replace(said, letterhead=replace(said.letterhead, is_training=is_training)))
    body = BeautifulSoup(html, "lxml").body
    assert body is not None
    assert body["data-mark"] == mark


def test_a_letter_that_changed_in_the_queue_is_not_drawn(letter: Letter, coordinator: User) -> None:
    let_go(letter, coordinator)
    document = operations.request_letter(letter, paper=Paper.A4, by=coordinator, at=AT)
    save(letter, coordinator, blocks={**letter.blocks, "facts": "Another text"})
    with across_mechanisms():
        render_document(document.id)
    assert (document.state, document.problem) == (DocumentState.FAILED, Problem.NOT_RELEASED)
    assert document.pdf is None


def test_what_was_sent_stays_as_it_was(letter: Letter, coordinator: User, office: Authority) -> None:
    let_go(letter, coordinator)
    with pytest.raises(NotMade):
        operations.send_letter(letter, on=TODAY, today=TODAY, by=coordinator, at=AT)
    document = made(letter, coordinator)
    assert document.state is DocumentState.DONE
    printed = ReadPdf(document.pdf).text
    assert "Take the chains off today." in printed
    head = "".join(printed.partition("Tête du journal d’audit à l’impression :")[2].partition(".")[0].split())
    assert compare_head(letter.mechanism_id, head) is Printed.IN_PLACE
    with pytest.raises(OutOfTime):
        operations.send_letter(letter, on=TODAY + timedelta(days=1), today=TODAY, by=coordinator, at=AT)
    operations.send_letter(letter, on=TODAY, today=TODAY, by=coordinator, at=AT)
    db.session.commit()
    assert (letter.state, letter.sent_by_id) == (LetterState.SENT, coordinator.id)
    assert letter.content_hash == document.content_hash
    event = db.session.query(AuditEvent).filter_by(tag="letter:sent").one()
    assert event.detail["content"] == letter.content_hash
    for refused in (
        lambda: save(letter, coordinator, blocks={}),
        lambda: operations.remove_letter(letter, by=coordinator, at=AT),
        lambda: operations.request_letter(letter, paper=Paper.A4, by=coordinator, at=AT),
        lambda: operations.send_letter(letter, on=TODAY, today=TODAY, by=coordinator, at=AT),
    ):
        with pytest.raises(AlreadySent):
            refused()
    with pytest.raises(InUse):
        remove_authority(office, by=coordinator, at=AT)


def test_a_new_letter_takes_over_texts_and_the_day(letter: Letter, coordinator: User) -> None:
    save(letter, coordinator, blocks={**letter.blocks, "facts": "Our own words"})
    later = TODAY + timedelta(days=30)
    again = operations.begin_from(letter, today=later, by=coordinator, at=AT)
    assert again.number == letter.number + 1
    assert again.blocks["facts"] == "Our own words"
    assert again.reply_by == later + timedelta(days=7)
    assert again.blocks["reply"] != letter.blocks["reply"]


def test_a_letter_to_nobody_is_not_made(letter: Letter, coordinator: User) -> None:
    save(letter, coordinator, authority=None)
    let_go(letter, coordinator)
    with pytest.raises(NoAddressee):
        operations.request_letter(letter, paper=Paper.A4, by=coordinator, at=AT)


def test_a_report_goes_out_after_its_approval_with_the_reply_form(
    visit: Visit, office: Authority, monitor: User, coordinator: User
) -> None:
    kind = LetterKind.TRANSMISSION_OF_REPORT
    with pytest.raises(NotReleased):
        operations.begin_letter(visit, kind, office, today=TODAY, by=coordinator, at=AT)
    visit_operations.submit(visit, by=monitor, at=AT)
    visit_operations.approve(visit, by=coordinator, at=AT)
    letter = operations.begin_letter(visit, kind, office, today=TODAY, by=coordinator, at=AT)
    form = assemble(letter).reply_form
    assert form
    assert [row.text for row in form.rows] == ["Take the chains off today.", "Train the staff."]
    assert form.rows[0].reference
    let_go(letter, coordinator)
    text = ReadPdf(made(letter, coordinator).pdf).text
    assert "Train the staff." in text
    assert form.rows[0].reference in text


def the_report(visit: Visit, office: Authority, monitor: User, by: User) -> Letter:
    """The letter that goes with the report of a visit, approved for it, made and ready to be sent."""
    visit_operations.submit(visit, by=monitor, at=AT)
    visit_operations.approve(visit, by=by, at=AT)
    kind = LetterKind.TRANSMISSION_OF_REPORT
    letter = operations.begin_letter(visit, kind, office, today=TODAY, by=by, at=AT)
    save(letter, by, language="en")
    let_go(letter, by)
    made(letter, by)
    return letter


def final_left(visit: Visit, by: User) -> None:
    given = sending.usual_day(visit, TODAY + timedelta(days=2))
    sending.send_final(
        visit, on=given, keeps_passed=True, otherwise="By courier.", today=TODAY + timedelta(days=2), by=by, at=AT
    )
    db.session.commit()


def test_the_letter_names_the_days_that_the_clock_uses(
    visit: Visit, office: Authority, monitor: User, coordinator: User
) -> None:
    letter = the_report(visit, office, monitor, coordinator)
    form = assemble(letter).reply_form
    assert form
    assert [row.reply_by - TODAY for row in form.rows] == [timedelta(days=7), timedelta(days=180)]
    assert "another day for a recommendation, that day counts" in letter.blocks["reply"]
    operations.send_letter(letter, on=TODAY, today=TODAY, by=coordinator, at=AT)
    final_left(visit, coordinator)
    assert visit.sent_on == TODAY
    assert [row.reply_due_on for row in of_visit(visit)] == [row.reply_by for row in form.rows]


def test_the_letter_can_be_sent_after_the_report_was_recorded_as_sent(
    visit: Visit, office: Authority, monitor: User, coordinator: User
) -> None:
    letter = the_report(visit, office, monitor, coordinator)
    final_left(visit, coordinator)
    assert visit.sent_on == TODAY + timedelta(days=2)
    operations.send_letter(letter, on=TODAY, today=TODAY, by=coordinator, at=AT)
    assert letter.state is LetterState.SENT


def test_without_a_row_to_answer_or_a_day_the_letter_names_none(
    visit: Visit, office: Authority, monitor: User, coordinator: User
) -> None:
    letter = the_report(visit, office, monitor, coordinator)
    save(letter, coordinator, reply_by=None)
    assert letter.blocks["reply"] == "Please answer each recommendation by the day that the reply form names."
    for row in of_visit(visit):
        db.session.delete(row)
    db.session.flush()
    save(letter, coordinator, dated=TODAY + timedelta(days=1))
    assert letter.blocks["reply"] == ""
    save(letter, coordinator, reply_by=date(2026, 4, 1))
    assert letter.blocks["reply"] == "Please answer in writing by 1 April 2026."


def test_the_letter_with_the_report_answers_each_correction_of_fact(
    visit: Visit, office: Authority, monitor: User, coordinator: User
) -> None:
    kind = LetterKind.TRANSMISSION_OF_REPORT
    visit_operations.submit(visit, by=monitor, at=AT)
    visit_operations.approve(visit, by=coordinator, at=AT)
    assert not operations.begin_letter(visit, kind, office, today=TODAY, by=coordinator, at=AT).blocks["corrections"]
    send_draft_to(office, visit, coordinator)
    said = [
        corrections.receive(visit, f"Page {page}", f"There are {page} beds.", received_on=TODAY, by=coordinator, at=AT)
        for page in (3, 4, 5)
    ]
    corrections.answer(said[0], CorrectionOutcome.TAKEN, "", by=coordinator, at=AT)
    corrections.answer(said[1], CorrectionOutcome.NOT_TAKEN, "We counted them.", by=coordinator, at=AT)
    letter = operations.begin_letter(visit, kind, office, today=TODAY, by=coordinator, at=AT)
    save(letter, coordinator, language="en")
    assert letter.blocks["corrections"].split("\n\n")[1:] == [
        "1. Page 3\nYou wrote: There are 3 beds.\nOur answer: The report is corrected.",
        "2. Page 4\nYou wrote: There are 4 beds.\nOur answer: The report stays as it is.\nWe counted them.",
    ]
    checked = {passage.text: passage.spot for passage in content_of_letter(letter).texts}
    assert checked[letter.blocks["corrections"]] is Spot.LETTER
    save(letter, coordinator, language="fr")
    assert "Notre réponse\N{NO-BREAK SPACE}: Le rapport" in letter.blocks["corrections"]
    let_go(letter, coordinator)
    assert "We counted them." in ReadPdf(made(letter, coordinator).pdf).text


def send_draft_to(office: Authority, visit: Visit, by: User) -> None:
    """Send the draft report of an approved visit to an office with its letter, without its release check."""
    letter = operations.begin_letter(visit, LetterKind.TRANSMISSION_OF_DRAFT, office, today=TODAY, by=by, at=AT)
    letter.state, letter.sent_on = LetterState.SENT, TODAY
    if visit.state is VisitState.APPROVED:
        visit_operations.move_on(visit, "send_draft", by=by, at=AT)
    db.session.commit()


def test_what_one_office_called_wrong_is_offered_to_no_other(
    visit: Visit, office: Authority, monitor: User, coordinator: User
) -> None:
    other = add_authority(visit.mechanism_id, Entry("Ministry of Health", AuthorityKind.MINISTRY), by=None, at=AT)
    visit_operations.submit(visit, by=monitor, at=AT)
    visit_operations.approve(visit, by=coordinator, at=AT)
    send_draft_to(office, visit, coordinator)
    row = corrections.receive(visit, "Page 3", "There are 3 beds.", received_on=TODAY, by=coordinator, at=AT)
    corrections.answer(row, CorrectionOutcome.TAKEN, "", by=coordinator, at=AT)

    def offered_to(addressee: Authority | None) -> str:
        kind = LetterKind.TRANSMISSION_OF_REPORT
        return operations.begin_letter(visit, kind, addressee, today=TODAY, by=coordinator, at=AT).blocks["corrections"]

    assert "There are 3 beds." in offered_to(office)
    assert not offered_to(other)
    assert not offered_to(None)
    send_draft_to(other, visit, coordinator)
    assert not offered_to(office)


def test_a_letter_that_nobody_touched_follows_the_visit(
    visit: Visit, office: Authority, monitor: User, coordinator: User
) -> None:
    visit_operations.submit(visit, by=monitor, at=AT)
    visit_operations.approve(visit, by=coordinator, at=AT)
    send_draft_to(office, visit, coordinator)
    kind = LetterKind.TRANSMISSION_OF_REPORT
    letter = operations.begin_letter(visit, kind, office, today=TODAY, by=coordinator, at=AT)
    save(letter, coordinator, blocks={**letter.blocks, "purpose": "Ours."})
    assert operations.blocks_now(letter) == letter.blocks
    row = corrections.receive(visit, "Page 3", "There are 3 beds.", received_on=TODAY, by=coordinator, at=AT)
    corrections.answer(row, CorrectionOutcome.TAKEN, "", by=coordinator, at=AT)
    shown = operations.blocks_now(letter)
    assert "There are 3 beds." in shown["corrections"]
    save(letter, coordinator, blocks=shown)
    assert (letter.blocks, letter.blocks["purpose"]) == (shown, "Ours.")
    assert letter.offered["corrections"] == shown["corrections"]


def test_with_nothing_urgent_a_letter_begins_with_all_findings(mechanism: Mechanism, coordinator: User) -> None:
    visit = visits.under_way(places.place(mechanism), lead=coordinator)
    assert not is_of_all_findings(visit)
    for topic, found in (("food-water", "The water is brown."), ("interviews-staff", "Staff shout.")):
        write_finding(visit, topic, found, coordinator)
    assert is_of_all_findings(visit)
    letter = operations.begin_letter(visit, LetterKind.URGENT, None, today=TODAY, by=coordinator, at=AT)
    assert letter.blocks["facts"] == "Staff shout.\n\nThe water is brown."


def test_with_something_urgent_a_letter_holds_nothing_else(visit: Visit, coordinator: User) -> None:
    write_finding(visit, "interviews-staff", "Staff shout.", coordinator)
    write_finding(visit, "food-water", "The water is brown.", coordinator)
    assert not is_of_all_findings(visit)
    letter = operations.begin_letter(visit, LetterKind.URGENT, None, today=TODAY, by=coordinator, at=AT)
    assert letter.blocks["facts"] == "The fire exits of the east side are chained.\n\nThe water is brown."


def write_finding(visit: Visit, topic: str, found: str, by: User) -> None:
    visit_operations.save_finding(visit, topic, found=found, why="", base_version=0, by=by, at=AT)
    db.session.commit()


@pytest.mark.parametrize("kind", [LetterKind.URGENT, LetterKind.PRELIMINARY, LetterKind.REFUSAL])
def test_every_kind_begins_with_sentences_of_its_own(
    kind: LetterKind, visit: Visit, office: Authority, coordinator: User
) -> None:
    letter = operations.begin_letter(visit, kind, office, today=TODAY, by=coordinator, at=AT)
    assert letter.blocks["reminder"]
    assert letter.blocks["mandate"]


def test_a_refused_visit_is_told_with_its_reason(
    visit: Visit, office: Authority, monitor: User, coordinator: User
) -> None:
    visit_operations.halt(visit, "refuse", reason="The gate stayed closed.", by=monitor, at=AT)
    letter = operations.begin_letter(visit, LetterKind.REFUSAL, None, today=TODAY, by=coordinator, at=AT)
    assert letter.blocks["facts"] == "The gate stayed closed."
    assert letter.blocks["attempt"].startswith("We will come again soon")
