"""What the report of a visit says of the urgent letters that were sent."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from monitor.accounts.models import User
from monitor.db import db
from monitor.letters import operations
from monitor.letters.models import Letter
from monitor.reports.collection import collect_visit_report
from monitor.reports.content import Version, content_hash
from monitor.reports.passages import Spot, passages
from monitor.reports.visit_report import Imprint, visit_report_html
from monitor.visits import operations as visit_operations
from tests.factories.accounts import AT
from tests.letters.conftest import TODAY, let_go, made


@pytest.mark.parametrize("version", Version)
def test_the_report_names_an_urgent_letter_that_was_sent(version: Version, letter: Letter, coordinator: User) -> None:
    def immediate() -> str:
        report = collect_visit_report(letter.visit, "en", version)
        page = BeautifulSoup(visit_report_html(report, Imprint(TODAY)), "lxml")
        title = page.select_one("#immediate")
        return "" if title is None else " ".join(title.find_next("p").text.split())

    def named() -> int:
        texts = passages(collect_visit_report(letter.visit, "en", version))
        return sum(one.spot is Spot.ADDRESSEE and one.text == "Prison service" for one in texts)

    before = named()
    told = "Urgent letter to Prison service, sent on 14 March 2026."
    assert told not in immediate()
    let_go(letter, coordinator)
    made(letter, coordinator)
    operations.send_letter(letter, on=TODAY, today=TODAY, by=coordinator, at=AT)
    db.session.commit()
    assert (told in immediate()) is (version is not Version.PUBLIC)
    assert named() - before == (version is not Version.PUBLIC), "the release check reads the name"


def test_a_letter_sent_after_the_approval_changes_no_report(letter: Letter, coordinator: User) -> None:
    visit = letter.visit
    visit_operations.submit(visit, by=visit.leader.user, at=AT)
    visit_operations.approve(visit, by=coordinator, at=AT)
    before = content_hash(collect_visit_report(visit, "en", Version.AUTHORITY))
    let_go(letter, coordinator)
    made(letter, coordinator)
    later = AT + timedelta(days=1)
    operations.send_letter(letter, on=TODAY, today=TODAY, by=coordinator, at=later)
    assert content_hash(collect_visit_report(visit, "en", Version.AUTHORITY)) == before
    visit.approved_at = later + timedelta(days=1)
    assert content_hash(collect_visit_report(visit, "en", Version.AUTHORITY)) != before
