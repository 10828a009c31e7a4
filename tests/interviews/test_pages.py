"""The pages of talks: typed by keyboard, opened by keys, calm where they stay closed."""

import io
import logging
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from monitor.accounts.models import Body, User
from monitor.audit.models import AuditEvent
from monitor.db import db
from monitor.interviews import operations, queries
from monitor.interviews.models import ConsentStep, Kind, Partner, Sex, Talk
from monitor.interviews.operations import Counted, Line
from monitor.sealing.key_pairs import new_pair
from monitor.vault.models import Compartment, SealedRecord
from monitor.vault.queries import current_key
from monitor.vault.reading import READ
from monitor.vault.words import REFUSED
from monitor.visits import operations as visit_operations
from monitor.visits.models import TeamRole, Visit
from monitor.visits.operations import Member
from monitor.web.logging import write_log_to
from tests.client import Browser
from tests.conftest import NOW
from tests.factories import accounts, places, visits
from tests.interviews.conftest import LINE, RECORD, SignedIn, only_talk

CANARY = "zebrafinch"


def lines_of(visit: Visit) -> str:
    return f"/visits/{visit.id}/interviews"


def readings() -> list[AuditEvent]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.tag == READ).order_by(AuditEvent.sequence)))


# lines


def test_a_line_is_typed_and_the_focus_returns(visit: Visit, author: User, signed_in: SignedIn) -> None:
    desk = signed_in(author)
    desk.get(lines_of(visit))
    assert desk.page.find(id="partner").has_attr("autofocus")
    desk.submit(
        "line", {"sex": "woman", "age": "young", "people": "1", "where": "Cell block B", "note": "Cold at night"}
    )
    assert "T-01 is written and sealed." in desk.main
    assert "Cell block B" in desk.main
    assert "1 of 1 open for you." in desk.main
    assert desk.page.find(id="partner").has_attr("autofocus")
    talk = only_talk()
    assert (talk.code, talk.partner, talk.sex, talk.people) == ("T-01", Partner.HELD, Sex.WOMAN, 1)


def test_a_line_with_mistakes_keeps_what_was_typed(visit: Visit, author: User, signed_in: SignedIn) -> None:
    desk = signed_in(author)
    desk.get(lines_of(visit))
    desk.submit("line", {"agreed_to_notes": "no", "note": "Not to be kept", "where": "Yard"})
    assert desk.page.select_one(".error-summary") is not None
    assert desk.page.find(id="where")["value"] == "Yard"
    assert queries.count_of_visit(visit) == 0


def test_who_did_not_want_to_talk_is_nobody_heard(visit: Visit, author: User, signed_in: SignedIn) -> None:
    desk = signed_in(author)
    desk.get(lines_of(visit))
    desk.submit("line", {"agreed_to_talk": "no", "people": "1"})
    assert only_talk().people == 0
    assert "did not want to talk" in desk.main


def test_without_keys_the_page_says_so_and_leads_to_them(body: Body, coordinator: User, signed_in: SignedIn) -> None:
    visit = visits.under_way(places.place(body.mechanism), lead=coordinator)
    desk = signed_in(coordinator)
    page = desk.get(lines_of(visit))
    assert "Interviews cannot be recorded yet" in desk.main
    assert page.find("form", id="line") is None
    assert page.find("a", href=f"/keys/{body.id}") is not None
    desk.post(f"{lines_of(visit)}/add", {"partner": "held", "sex": "man", "age": "adult", "people": "1",
                                         "agreed_to_talk": "yes", "agreed_to_notes": "yes"})  # fmt: skip
    assert "has no keys yet" in desk.page.get_text()
    assert queries.count_of_visit(visit) == 0


def test_a_member_of_the_team_sees_the_line_but_not_its_text(
    talk: Talk, visit: Visit, leader: User, author: User, body: Body, coordinator: User, signed_in: SignedIn
) -> None:
    member = accounts.monitor(body)
    team = [Member(leader.id, TeamRole.LEAD), Member(author.id, TeamRole.MONITOR), Member(member.id, TeamRole.MONITOR)]
    visit_operations.set_team(visit, team, by=leader, at=NOW)
    desk = signed_in(member)
    desk.get(lines_of(visit))
    assert "T-01" in desk.main
    assert "0 of 1 open for you." in desk.main
    assert coordinator.name in desk.main
    desk.get(f"/interviews/{talk.id}")
    assert "It does not open with your key." in desk.main
    for secret in (LINE.note, LINE.where, RECORD.said):
        assert secret not in desk.response.text
    assert readings() == []


@pytest.mark.parametrize(("who", "status"), [("administrator", 404), ("colleague", 404), ("stranger", 404)])
def test_others_do_not_even_find_it(
    talk: Talk, visit: Visit, body: Body, administrator: User, stranger: tuple[User, object], signed_in: SignedIn,
    who: str, status: int,
) -> None:  # fmt: skip
    people = {"administrator": administrator, "colleague": accounts.monitor(body), "stranger": stranger[0]}
    desk = signed_in(people[who])
    for address in (lines_of(visit), f"/interviews/{talk.id}", f"/visits/{visit.id}/protection"):
        desk.get(address, status=status)


def test_reading_is_noted_once_with_the_records(talk: Talk, visit: Visit, author: User, signed_in: SignedIn) -> None:
    desk = signed_in(author)
    for _ in range(2):
        desk.get(f"/interviews/{talk.id}")
    (event,) = readings()
    assert (event.actor_id, event.subject_id) == (author.id, talk.id)
    assert set(event.detail["records"]) == {str(row.record_id) for row in only_talk().records}


def test_a_damaged_line_is_said_and_the_others_stay(
    talk: Talk, visit: Visit, author: User, signed_in: SignedIn
) -> None:
    operations.add_talk(visit, Counted(), Line(note="The other one"), by=author, at=NOW)
    row = talk.only(Kind.LINE)
    assert row is not None
    record = db.session.get_one(SealedRecord, row.record_id)
    record.content = record.content[:60]
    db.session.commit()
    desk = signed_in(author)
    desk.get(lines_of(visit))
    assert "damaged" in desk.main
    assert "The other one" in desk.main
    desk.get(f"/interviews/{talk.id}")
    assert "is damaged and does not open" in desk.main


def test_the_tab_counts_the_lines(talk: Talk, visit: Visit, author: User, signed_in: SignedIn) -> None:
    page = signed_in(author).get(f"/visits/{visit.id}")
    tab = page.find("a", href=lines_of(visit))
    assert tab is not None
    assert tab.get_text(" ", strip=True) == "Interviews 1"


def test_counts_are_taken_over_on_demand(talk: Talk, visit: Visit, author: User, signed_in: SignedIn) -> None:
    desk = signed_in(author)
    desk.get(lines_of(visit))
    button = desk.page.find("button", string=lambda text: text and "Take over 1 talk with 1 person" in text)
    assert button is not None
    desk.post(f"{lines_of(visit)}/take-over")
    assert "1 answer of the form was filled in." in desk.main
    assert "says the same as these lines" in desk.main


# the full record


def test_a_record_is_not_sealed_to_a_key_that_was_exchanged_and_stays_on_its_page(
    visit: Visit, author: User, signed_in: SignedIn
) -> None:
    talk_id = operations.add_talk(visit, Counted(), LINE, by=author, at=NOW).id
    desk = signed_in(author)
    desk.get(f"/interviews/{talk_id}/record")
    key = current_key(visit.body_id, Compartment.INTERVIEWS)
    assert key is not None
    key.public = new_pair().public
    db.session.commit()
    desk.submit("record", {"said": "They took his blanket."})
    assert str(REFUSED["exchanged_body_key"]) in desk.page.get_text()
    assert "They took his blanket." in desk.page.find(id="said").get_text()


def test_the_record_is_written_again_finished_and_supplemented(visit: Visit, author: User, signed_in: SignedIn) -> None:
    talk_id = operations.add_talk(visit, Counted(), LINE, by=author, at=NOW).id
    desk = signed_in(author)
    desk.get(f"/interviews/{talk_id}/record")
    desk.submit(
        "record", {"said": "They took his blanket.", "requests": "A blanket", "groups": ["older"], "items": "9.99"}
    )
    assert "The form of this visit has no item 9.99." in desk.page.get_text()
    desk.submit("record", {"items": ""})
    assert "They took his blanket." in desk.main
    assert "Older people" in desk.main
    desk.post(f"/interviews/{talk_id}/finish")
    desk.get(f"/interviews/{talk_id}/record", status=403)
    desk.get(f"/interviews/{talk_id}")
    desk.submit("supplement", {"text": "He got it back."})
    assert "He got it back." in desk.main


def test_two_windows_do_not_overwrite_each_other_unseen(talk: Talk, author: User, signed_in: SignedIn) -> None:
    one, two = signed_in(author), signed_in(author)
    for desk in (one, two):
        desk.get(f"/interviews/{talk.id}/record")
    one.submit("record", {"said": "First window."})
    two.submit("record", {"said": "Second window."})
    assert "Another version was saved meanwhile" in two.page.get_text()
    assert two.page.find(id="said").get_text().strip() == "Second window."
    two.submit("record")
    assert "Second window." in two.main


def test_only_the_author_writes_the_record(talk: Talk, leader: User, coordinator: User, signed_in: SignedIn) -> None:
    for person in (leader, coordinator):
        signed_in(person).get(f"/interviews/{talk.id}/record", status=403)


def test_medical_notes_are_offered_to_health_members_alone(
    talk: Talk, visit: Visit, leader: User, author: User, body: Body, signed_in: SignedIn
) -> None:
    doctor = accounts.monitor(body)
    team = [Member(leader.id, TeamRole.LEAD), Member(author.id, TeamRole.MONITOR), Member(doctor.id, TeamRole.DOCTOR)]
    visit_operations.set_team(visit, team, by=leader, at=NOW)
    desk = signed_in(doctor)
    desk.get(f"/interviews/{talk.id}")
    desk.submit("medical", {"injuries": "Bruise on the left arm"})
    assert "Bruise on the left arm" in desk.main
    reader = signed_in(author)
    page = reader.get(f"/interviews/{talk.id}")
    assert page.find("form", id="medical") is None
    assert "Bruise" not in reader.response.text
    reader.post(f"/interviews/{talk.id}/medical", {"injuries": "x"}, status=403)


# consents and the name


def test_consents_stand_as_not_asked_and_offer_nothing(talk: Talk, author: User, signed_in: SignedIn) -> None:
    desk = signed_in(author)
    page = desk.get(f"/interviews/{talk.id}")
    assert desk.main.count("Not asked.") == 2
    assert page.find("a", href=f"/interviews/{talk.id}/name") is None
    page = desk.get(f"/interviews/{talk.id}/name")
    assert page.find("form", id="name-key") is None


def test_a_name_is_kept_with_consent_and_deleted_with_the_case(talk: Talk, author: User, signed_in: SignedIn) -> None:
    desk = signed_in(author)
    desk.get(f"/interviews/{talk.id}")
    desk.submit("form-act", {"act-step": "given", "act-on": "2026-03-12", "act-scope": ""})
    assert "Write what exactly the person agreed to." in desk.page.get_text()
    desk.submit("form-act", {"act-step": "given", "act-on": "2026-03-12", "act-scope": "Tell the prison doctor"})
    assert "Tell the prison doctor" in desk.main
    desk.get(f"/interviews/{talk.id}/name")
    desk.submit("name-key", {"name": "Nadir Example", "contact": "His sister"})
    assert "Nadir Example" not in desk.response.text
    desk.get(f"/interviews/{talk.id}/name")
    assert desk.page.find(id="name")["value"] == "Nadir Example"
    desk.post(f"/interviews/{talk.id}/name/delete")
    assert only_talk().only(Kind.NAME) is None


# searching


def test_search_shows_and_notes_only_the_hits(talk: Talk, visit: Visit, author: User, signed_in: SignedIn) -> None:
    operations.add_talk(visit, Counted(), Line(note="Another story"), by=author, at=NOW)
    desk = signed_in(author)
    desk.get("/interviews/")
    desk.submit("search", {"q": "BÉATEN"})
    assert "1 record found" in desk.main
    assert "He was taken out at night and beaten." in desk.main
    assert desk.response.request.query_string == b""
    (event,) = readings()
    record = only_record(talk)
    assert event.detail["records"] == [record]


def only_record(talk: Talk) -> str:
    row = db.session.merge(talk).only(Kind.RECORD)
    assert row is not None
    return str(row.record_id)


def test_search_finds_nothing_for_whom_nothing_opens(
    talk: Talk, visit: Visit, leader: User, coordinator: User, author: User, signed_in: SignedIn
) -> None:
    visit_operations.submit(visit, by=leader, at=NOW)
    visit_operations.approve(visit, by=coordinator, at=NOW)
    desk = signed_in(author)
    desk.get(lines_of(visit))
    desk.submit("search", {"q": "beaten"})
    assert "0 records found" in desk.main
    assert "taken out" not in desk.response.text
    reader = signed_in(coordinator)
    reader.get("/interviews/")
    reader.submit("search", {"q": "beaten"})
    assert "1 record found" in reader.main


# nothing of it lies open


def test_planted_words_lie_nowhere_in_the_open(
    visit: Visit, author: User, leader: User, coordinator: User, body: Body, app: Flask, tmp_path: Path,
    signed_in: SignedIn,
) -> None:  # fmt: skip
    log = io.StringIO()
    write_log_to(log, logging.DEBUG)
    visit_operations.set_team(
        visit, [Member(leader.id, TeamRole.LEAD), Member(author.id, TeamRole.DOCTOR)], by=leader, at=NOW
    )
    planted = plant_everywhere(visit, signed_in(author), signed_in(leader))
    db.session.commit()
    kept = [path.read_bytes() for path in Path(app.instance_path).rglob("*") if path.is_file()]
    assert sum(len(content) for content in kept) > 100_000
    for encoding in ("utf-8", "utf-16-le"):
        assert not any(CANARY.encode(encoding) in content for content in kept)
    assert CANARY not in log.getvalue().lower()
    outsider = signed_in(accounts.coordinator(body))
    for address in (lines_of(visit), f"/interviews/{planted}", f"/visits/{visit.id}/protection",
                    "/interviews/incidents", f"/visits/{visit.id}", f"/interviews/{planted}/name"):  # fmt: skip
        outsider.get(address)
        assert CANARY not in outsider.response.text
    outsider.get("/interviews/")
    outsider.submit("search", {"q": "finch"})
    assert "0 records found" in outsider.main
    assert CANARY not in outsider.response.text


def plant_everywhere(visit: Visit, writer: Browser, leader: Browser) -> str:
    """Type the canary into every sealed field there is; returns the id of the talk."""
    count = iter(range(100))

    def say() -> str:
        return f"{CANARY} {next(count)}"

    writer.get(lines_of(visit))
    writer.submit("line", {"where": say(), "note": say()})
    talk = f"/interviews/{only_talk().id}"
    writer.get(f"{talk}/record")
    writer.submit("record", {"said": say(), "requests": say(), "where": say(), "note": say()})
    for form in ("act", "publish"):
        writer.submit(
            f"form-{form}", {f"{form}-step": ConsentStep.GIVEN, f"{form}-on": "2026-03-12", f"{form}-scope": say()}
        )
    writer.submit("medical", {"injuries": say(), "notes": say()})
    writer.get(f"{talk}/name")
    writer.submit("name-key", {"name": say(), "contact": say()})
    writer.post(f"{talk}/finish")
    writer.get(talk)
    writer.submit("supplement", {"text": say()})
    writer.get("/interviews/")
    writer.submit("search", {"q": CANARY})
    assert writer.main.count(CANARY) >= 7
    leader.get(f"/visits/{visit.id}/protection")
    leader.submit("level", {"risk": "high", "reasons": say()})
    leader.submit("measure", {"text": say()})
    leader.get(f"/interviews/incidents?visit={visit.id}")
    leader.submit("incident", {"on": "2026-03-13", "what": say(), "wishes": say(), "done": say()})
    assert next(count) == 18
    return talk.rpartition("/")[2]
