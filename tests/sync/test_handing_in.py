"""Handing in: every record once, none in the way of another, and a receipt that says what is true."""

import base64
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from monitor.accounts.models import Body, User
from monitor.answers import queries as answers
from monitor.answers.models import AnswerChange
from monitor.answers.operations import Change
from monitor.audit.models import AuditEvent
from monitor.db import db, new_id
from monitor.evidence import queries as files
from monitor.guide.problems import TEXT_CAP
from monitor.recommendations import queries as recommendations
from monitor.sync.models import Arrival, TakenAlong
from monitor.tenancy import across_mechanisms, acting_for
from monitor.visits import operations
from monitor.visits import queries as visit_queries
from monitor.visits.models import Visit
from tests.client import Browser
from tests.conftest import NOW
from tests.factories import accounts, keys, places, visits
from tests.sync.conftest import AtHand, answer, id_of, record


def digests(*texts: str) -> dict[str, str]:
    return {id_of(text): sha256(text.encode()).hexdigest() for text in texts}


def said(visit: Visit) -> dict[str, Any]:
    db.session.expire_all()
    return {head.item_id: (head.value, head.comment) for head in answers.heads(visit.sheet)}


def rows(model: Any) -> int:
    db.session.expire_all()
    return db.session.query(model).count()


def photo() -> str:
    made = BytesIO()
    Image.new("RGB", (40, 30), "grey").save(made, "JPEG")
    return base64.b64encode(made.getvalue()).decode()


def test_answers_arrive_and_a_receipt_confirms_them(device: AtHand, visit: Visit) -> None:
    device.take(visit)
    texts = [answer("san-shower", "2", comment="Cold."), answer("space-single", "5.2"), answer("nowhere", "1")]
    results = device.hand_in(visit, *texts)
    assert [result["outcome"] for result in results] == ["applied", "applied", "refused"]
    assert said(visit)["san-shower"] == (2, "Cold.")
    told = device.ask(visit, "receipt", digests=digests(*texts[:2])).get_json()
    assert told == {"missing": []}
    (taken,) = db.session.query(TakenAlong).all()
    assert taken.handed_in_at is not None
    events = db.session.query(AuditEvent).order_by(AuditEvent.sequence)
    tags = [event.tag for event in events if event.tag.startswith("visit:")]
    assert tags[-2:] == ["visit:taken-along", "visit:handed-in"]


def test_a_receipt_names_what_is_not_there_or_differs(device: AtHand, visit: Visit) -> None:
    device.take(visit)
    here, lost = answer("san-shower", "2"), answer("water-litres", "9")
    altered = answer("space-single", comment="Wing B.")
    device.hand_in(visit, here, altered)
    told = device.ask(visit, "receipt", digests=digests(here, altered.replace("Wing B", "Wing C"), lost)).get_json()
    assert set(told["missing"]) == {id_of(altered), id_of(lost)}
    assert db.session.query(TakenAlong).one().handed_in_at is None


@pytest.mark.parametrize("times", [1, 3])
def test_a_repeated_step_changes_nothing(device: AtHand, visit: Visit, times: int) -> None:
    texts = [
        answer("san-shower", "2", comment="Cold."),
        record("finding", topic="food-water", found="One meal a day.", why="", base=0),
        record(
            "recommendation", text="Serve three meals a day.", addressee="Prison service", priority="short", items=[]
        ),
    ]
    device.hand_in(visit, *texts)
    before = (rows(AnswerChange), rows(Arrival), said(visit), rows(AuditEvent))
    for _ in range(times):
        assert {result["outcome"] for result in device.hand_in(visit, *reversed(texts))} == {"applied"}
    assert (rows(AnswerChange), rows(Arrival), said(visit), rows(AuditEvent)) == before
    assert len(recommendations.of_visit(visit)) == 1


def test_a_record_that_stands_twice_in_one_step_is_taken_in_once(device: AtHand, visit: Visit) -> None:
    texts = [
        record("recommendation", text="Serve three meals a day.", addressee="", priority="short", items=[]),
        answer("san-shower", "2", comment="Cold."),
    ]
    other = texts[1].replace("Cold", "Warm")
    results = device.hand_in(visit, *texts, *texts, other)
    assert [result["outcome"] for result in results] == ["applied"] * 4 + ["refused"]
    assert results[4]["message"]
    assert len(recommendations.of_visit(visit)) == 1
    assert said(visit)["san-shower"] == (2, "Cold.")
    assert rows(Arrival) == 2


def test_a_finding_can_be_changed_again_from_what_handing_in_told(device: AtHand, visit: Visit, leader: User) -> None:
    first = record("finding", topic="food-water", found="One meal a day. ", why="", base=0)
    (told,) = device.hand_in(visit, first)
    later = record("finding", topic="food-water", found="Two meals a day.", why="", base=told["revision"])
    answer = device.ask(visit, "hand-in", records=[first, later]).get_json()
    assert [result["outcome"] for result in answer["results"]] == ["applied", "applied"]
    (finding,) = visit_queries.findings(visit).values()
    assert answer["findings"] == {
        "food-water": {
            "found": "Two meals a day.", "why": "", "base": answer["results"][1]["revision"],
            "by": leader.name, "at": finding.changed_at.isoformat(),
        }
    }  # fmt: skip


def test_findings_recommendations_and_photos_arrive(device: AtHand, visit: Visit, leader: User, body: Body) -> None:
    keys.compartments(body, keys.own_key(accounts.coordinator(body))[0])
    db.session.commit()
    results = device.hand_in(
        visit,
        record("finding", topic="food-water", found="One meal a day.", why="The kitchen is closed.", base=0),
        record("recommendation", text="Serve three meals a day.", addressee="", priority="", items=["food-quality"]),
        record("photo", item="san-shower", name="Photo 1.jpg", note="", data=photo()),
    )
    assert [result["outcome"] for result in results] == ["applied"] * 3, results
    assert visit_queries.findings(visit)["food-water"].why == "The kitchen is closed."
    assert recommendations.of_visit(visit)[0].items == ["food-quality"]
    assert files.of_visit(visit, "san-shower")[0].size > 0


BAD = {
    "no JSON": ("{", "malformed"),
    "a list": ("[]", "malformed"),
    "no id": ('{"kind": "answer"}', "malformed"),
    "nested too deep": ("[" * 100_000, "malformed"),
    "no kind": (record("song"), "malformed"),
    "an answer without its shape": (record("answer", item=3), "malformed"),
    "a topic that is not asked": (record("finding", topic="nowhere", found="x"), "not_on_form"),
    "a finding of numbers": (record("finding", topic="food-water", found=3), "malformed"),
    "a long finding": (record("finding", topic="food-water", found="x" * (TEXT_CAP + 1)), "text_too_long"),
    "control characters": (record("finding", topic="food-water", found="a\u0007b"), "control_characters"),
    "half a character": (record("recommendation", text="\ud800"), "unpaired_surrogate"),
    "an empty recommendation": (record("recommendation", text=" "), "empty"),
    "a photo that is no base 64": (record("photo", data="%%%"), "malformed"),
    "a photo that is no picture": (record("photo", data=base64.b64encode(b"GIF89a?").decode()), "file_unknown_kind"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_record_is_refused_with_a_sentence_and_holds_up_no_other(device: AtHand, visit: Visit, name: str) -> None:
    bad, good = BAD[name][0], answer("san-shower", "2")
    refused, taken = device.hand_in(visit, bad, good)
    assert refused["outcome"] == "refused"
    assert len(refused["message"]) > 20
    assert taken["outcome"] == "applied"
    assert rows(Arrival) == 1


def test_an_answer_that_does_not_fit_is_said_part_by_part(device: AtHand, visit: Visit) -> None:
    (result,) = device.hand_in(visit, answer("space-single", "many", comment="Wing B."))
    assert result["outcome"] == "applied"  # the comment was saved
    assert "many" in result["problems"]["value"]


def test_two_texts_for_one_question_are_both_kept(device: AtHand, visit: Visit, leader: User) -> None:
    device.take(visit)
    office = Change("space-single", 4, "From the office.")
    operations.record_answers(visit, [office], by=leader, at=NOW)
    db.session.commit()
    (result,) = device.hand_in(visit, answer("space-single", "5", comment="From the wing."))
    assert result["outcome"] == "clash"
    assert result["present"]["comment"] == "From the office."
    (clash,) = answers.clashes(visit.sheet)
    assert clash.comment == "From the wing."
    settled = answer("space-single", "5", comment="Both.", base=result["present"]["revision"], settles=True)
    assert device.hand_in(visit, settled)[0]["outcome"] == "applied"
    assert not answers.clashes(visit.sheet)


def test_a_record_that_comes_back_altered_is_refused(device: AtHand, visit: Visit) -> None:
    text = answer("san-shower", comment="Cold.")
    device.hand_in(visit, text)
    (result,) = device.hand_in(visit, text.replace("Cold", "Warm"))
    assert (result["outcome"], said(visit)["san-shower"][1]) == ("refused", "Cold.")


def test_a_record_under_an_id_of_another_mechanism_is_refused_with_a_sentence(
    device: AtHand, visit: Visit, app: Flask
) -> None:
    text = record("recommendation", text="Mend the shower.")
    device.hand_in(visit, text)
    with across_mechanisms():
        elsewhere = accounts.mechanism()
        db.session.commit()
    with acting_for(elsewhere.id):
        leader = accounts.monitor(accounts.only_body(elsewhere))
        foreign = visits.under_way(places.place(elsewhere), lead=leader)
        db.session.commit()
        web = Browser(app)
        web.sign_in(leader)
        other = AtHand(web)
        other.set_up()
        (result,) = other.hand_in(foreign, text)
        assert (result["outcome"], recommendations.of_visit(foreign)) == ("refused", [])


def test_after_the_visit_moved_on_the_records_stay_with_a_reason(device: AtHand, visit: Visit, leader: User) -> None:
    device.take(visit)
    operations.submit(visit, by=leader, at=NOW)
    db.session.commit()
    (result,) = device.hand_in(visit, answer("san-shower", comment="Cold."))
    assert result["outcome"] == "refused"
    assert "return" in result["message"]
    assert rows(Arrival) == 0


def test_the_office_hands_in_what_a_monitor_may_no_longer(
    device: AtHand, visit: Visit, leader: User, body: Body, web: Browser
) -> None:
    operations.submit(visit, by=leader, at=NOW)
    coordinator = accounts.coordinator(body)
    db.session.commit()
    web.sign_in(coordinator)
    web.get("/")
    device.set_up("Office")
    assert device.hand_in(visit, answer("san-shower", comment="Cold."))[0]["outcome"] == "applied"


def test_a_withdrawn_device_hands_nothing_in(device: AtHand, visit: Visit) -> None:
    device.take(visit)
    device.web.post(f"/devices/{device.id}/withdraw")
    refused = device.ask(visit, "hand-in", records=[answer("san-shower", comment="Cold.")])
    assert (refused.status_code, refused.get_json()["is_withdrawn"]) == (410, True)
    assert "san-shower" not in said(visit)
    assert device.ask(visit, "take-along").status_code == 410


def test_somebody_elses_device_is_not_known(device: AtHand, visit: Visit, body: Body, web: Browser) -> None:
    other = accounts.coordinator(body)
    db.session.commit()
    web.sign_in(other)
    web.get("/")
    refused = device.ask(visit, "hand-in", records=[])
    assert refused.status_code == 403
    assert "not known" in refused.get_json()["message"]


@pytest.mark.parametrize("sent", [{"device": 3}, {"device": "x", "records": []}, [], {"records": [3]}])
def test_malformed_bodies_are_400(device: AtHand, visit: Visit, sent: Any) -> None:
    if isinstance(sent, dict):
        sent.setdefault("device", device.id)
    assert device.web.post_json(f"/visits/{visit.id}/hand-in", sent).status_code == 400


def test_more_records_than_a_step_may_hold_are_400(device: AtHand, visit: Visit) -> None:
    assert device.ask(visit, "hand-in", records=["{}"] * 101).status_code == 400


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=4), min_size=1, max_size=5))
def test_any_order_and_any_repetition_leaves_each_record_once(
    device: AtHand, visit: Visit, steps: list[list[int]]
) -> None:
    texts = [answer("san-shower", comment=f"text {number}, {new_id()}") for number in range(6)]
    for step in steps:
        device.hand_in(visit, *(texts[number] for number in step))
    sent = {id_of(texts[number]) for step in steps for number in step}
    db.session.expire_all()
    stored = [str(change.id) for change in db.session.query(AnswerChange)]
    assert len(stored) == len(set(stored))
    assert sent <= set(stored), "a text was lost"
    told = device.ask(visit, "receipt", digests=digests(*(text for text in texts if id_of(text) in sent))).get_json()
    assert told == {"missing": []}
