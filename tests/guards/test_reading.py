"""Reading writes nothing but the note of a session's last use."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from monitor.access.guard import public
from monitor.accounts.models import UserSession
from monitor.db import db
from monitor.visits.models import VisitState
from monitor.web.commit import WroteWhileReading
from tests.guards.addresses import every_address
from tests.guards.database import Watch, changed_tables
from tests.guards.entering import keep_fresh, rows, signed_in
from tests.guards.world import World

LEAVES_AN_EVENT = frozenset({
    "evidence.copy", "exchange.export_document", "letters.text", "recommendations.export",
    "recommendations.reply_form_of_authority", "recommendations.reply_form_of_visit", "reports.download",
})  # fmt: skip
"""Pages that hand a file over: that stands in the log."""


@pytest.fixture
def watch(walked: Flask) -> Iterator[Watch]:
    """Sees what is committed."""
    watch = Watch(walked)
    yield watch
    watch.close()


def writing_reads(app: Flask, world: World, client: FlaskClient, watch: Watch) -> list[str]:
    """Open every address; return those that committed anything, and those that failed."""
    watch.has_changed()
    found = []
    for address in every_address(app, world):
        if address.method == "GET":
            with client.get(address.path) as response:
                wrote = watch.has_changed() and address.rule.endpoint not in LEAVES_AN_EVENT
                if wrote or response.status_code >= 500:
                    found.append(f"{address}: {response.status_code}")
    return found


@pytest.mark.parametrize("person", ["everything", "leader", "nobody"])
def test_opening_any_page_writes_nothing(person: str, walked: Flask, world: World, watch: Watch) -> None:
    client = walked.test_client()
    if person in world.people:
        client = signed_in(walked, world.people[person])
        keep_fresh(walked, world.people[person])
    assert writing_reads(walked, world, client, watch) == []


def idle(app: Flask, world: World) -> None:
    """Let two minutes pass since the person's session was last used."""
    with rows(app):
        for session in db.session.query(UserSession).filter_by(user_id=world.people["everything"]):
            session.last_used_at = datetime.now(UTC) - timedelta(minutes=2)


def test_a_page_opened_after_a_minute_notes_the_use_and_nothing_else(walked: Flask, world: World, watch: Watch) -> None:
    client = signed_in(walked, world.people["everything"])
    idle(walked, world)
    before = watch.snapshot()
    assert client.get("/visits/").status_code == 200
    after = watch.snapshot()
    assert changed_tables(before, after) == {"user_session": 2}  # the row as it was, and as it is
    (was,), (now,) = (
        set(before["user_session"]) - set(after["user_session"]),
        set(after["user_session"]) - set(before["user_session"]),
    )
    assert sum(one != other for one, other in zip(was, now, strict=True)) == 1
    client.get("/visits/")
    assert changed_tables(after, watch.snapshot()) == {}


def test_a_file_that_leaves_notes_one_event_and_nothing_else(walked: Flask, world: World, watch: Watch) -> None:
    client = signed_in(walked, world.people["everything"])
    for address in (
        f"/visits/{world.visits[VisitState.APPROVED]}/document",
        f"/documents/{world.documents[VisitState.APPROVED]}/file",
        f"/files/{world.files[VisitState.APPROVED]}/copy",
    ):
        before = watch.snapshot()
        with client.get(address) as response:
            assert response.status_code == 200
            assert "attachment" in response.headers["Content-Disposition"]
        assert changed_tables(before, watch.snapshot()) == {"audit_event": 1}


def test_polling_is_no_use(walked: Flask, world: World, watch: Watch) -> None:
    client = signed_in(walked, world.people["everything"])
    idle(walked, world)
    watch.has_changed()
    assert client.get("/session/state").status_code == 200
    assert client.get(f"/documents/{world.own_form}/progress").status_code in (200, 404)
    assert not watch.has_changed()


# the guard of this guard


def test_a_page_that_writes_is_stopped_and_noticed(walked: Flask, world: World, watch: Watch) -> None:
    client = signed_in(walked, world.people["everything"])

    def write_in_session() -> str:
        db.session.add(UserSession(user_id=world.people["leader"], secret_hash=b"x"))
        return ""

    walked.view_functions["visits.index"] = public(write_in_session)
    with pytest.raises(WroteWhileReading, match=r"GET visits\.index changed rows"):
        client.get("/visits/")


def test_a_page_that_writes_past_the_session_is_noticed(walked: Flask, world: World, watch: Watch) -> None:
    client = signed_in(walked, world.people["everything"])

    def write_past_the_session() -> str:
        with db.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE visit SET report_version = report_version + 1")
        return ""

    keep_fresh(walked, world.people["everything"])
    walked.view_functions["guide.index"] = public(write_past_the_session)
    assert writing_reads(walked, world, client, watch) == ["GET /guide: 200"]
