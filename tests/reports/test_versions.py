"""What each version of a report leaves out, and that no typed text of it escapes the release check."""

from dataclasses import replace
from datetime import date

import pytest

from monitor.guide.loading import get_guide
from monitor.reports.assembly import assemble
from monitor.reports.content import Source, Version, content_hash
from monitor.reports.passages import passages
from monitor.reports.versions import PEOPLE_COUNTED, TEAMS_OWN, TINY_PLACE
from monitor.reports.visit_report import Imprint, visit_report_html
from tests.factories.visit_records import answer, synthetic

GUIDE = get_guide()
OUTSIDE = (Version.AUTHORITY, Version.PUBLIC)
IMPRINT = Imprint(date(2026, 11, 22))


@pytest.fixture(scope="module")
def record():
    return synthetic(findings=lambda topic: f"Finding on {topic}.", approved_by_submitter=True)


def printed(report) -> set[str]:
    in_parts = [line.item for part in report.lines.values() for line in part]
    return {*in_parts, *(line.item for theme in report.themes for topic in theme.topics for line in topic.lines)}


def notes(report) -> list:
    in_topics = [note for theme in report.themes for topic in theme.topics for note in topic.notes]
    return in_topics + [note for part in report.notes.values() for note in part]


@pytest.mark.parametrize("version", OUTSIDE)
def test_no_version_that_leaves_prints_notes_or_names_of_the_team(drawing, record, version):
    plain = replace(record, findings=[])
    assert notes(assemble(plain))
    report = assemble(plain, version=version)
    assert notes(report) == []
    assert {member.name for member in report.visit.team} == {""}
    assert not report.visit.approved_by_submitter
    html = visit_report_html(report, IMPRINT)
    for text in ("Note on ", "Amina Diallo", "Notes, not yet a finding"):
        assert text not in html


@pytest.mark.parametrize("version", OUTSIDE)
def test_findings_ratings_and_recommendations_stay(record, version):
    report = assemble(record, version=version)
    assert {topic.finding.found for theme in report.themes for topic in theme.topics if topic.finding} == {
        finding.found for finding in record.findings
    }
    assert report.tally.rated > 0


@pytest.mark.parametrize("version", OUTSIDE)
def test_what_is_the_teams_own_stays_inside(record, version):
    assert printed(assemble(record)) >= TEAMS_OWN & set(record.items) - {"prep-open-recs"}
    assert printed(assemble(record, version=version)) & TEAMS_OWN == set()


def test_the_public_version_prints_nothing_restricted(record):
    restricted = {item.id for item in GUIDE.items.values() if item.sensitivity != "open"}
    assert printed(assemble(record, version=Version.AUTHORITY)) & restricted
    assert printed(assemble(record, version=Version.PUBLIC)) & restricted == set()


@pytest.mark.parametrize("version", Version)
def test_no_version_prints_a_protected_item(record, version):
    assert not any(GUIDE.items[item].is_protected for item in printed(assemble(record, version=version)))


def test_small_groups_are_hidden_from_the_public_with_what_would_give_them_away(record):
    figures = {"capacity": 400, "present": 436, "women": 3, "men": 430, "children": 6, "remand": 120, "sentenced": 316}
    public = assemble(replace(record, figures=figures), version=Version.PUBLIC).figures
    assert (public["women"], public["men"], public["children"]) == (None, None, None)
    assert (public["present"], public["remand"]) == (436, 120)
    assert assemble(replace(record, figures=figures), version=Version.AUTHORITY).figures["women"] == 3


@pytest.mark.parametrize(("women", "is_printed"), [(4, False), (5, True), (0, True)])
def test_tables_of_people_with_a_small_cell_are_hidden_from_the_public(record, women, is_printed):
    table = {"men": {"suspect": 40}, "women": {"suspect": women}}
    changed = replace(record, answers=[answer("talk-population", table)])
    assert ("talk-population" in printed(assemble(changed, version=Version.PUBLIC))) is is_printed
    assert "talk-population" in printed(assemble(changed, version=Version.AUTHORITY))
    assert set(GUIDE.items) >= PEOPLE_COUNTED


@pytest.mark.parametrize(("present", "is_by_month"), [(TINY_PLACE - 1, True), (TINY_PLACE, False), (None, False)])
def test_of_a_tiny_place_the_public_learns_the_month_alone(drawing, record, present, is_by_month):
    report = assemble(replace(record, figures={"present": present}), version=Version.PUBLIC)
    html = visit_report_html(report, IMPRINT)
    assert ("March 2026" in html, "14–17 March 2026" in html) == (True, not is_by_month)
    assert report.visit.days == (None if is_by_month else 4)


@pytest.mark.parametrize(
    ("language", "marks"),
    [
        ("en", ("Internal", "For the authority", "Public version")),
        ("fr", ("Interne", "Pour l’autorité", "Version publique")),
        ("ar", ("داخلي", "للسلطة", "نسخة علنية")),
    ],
)
def test_every_version_is_marked_in_words(drawing, record, language, marks):
    for version, mark in zip(Version, marks, strict=True):
        html = visit_report_html(assemble(record, language, version), IMPRINT)
        start = html.index('data-mark="')
        assert mark in html[start : html.index('"', start + len('data-mark="'))]


def test_versions_have_hashes_of_their_own(record):
    assert len({content_hash(assemble(record, version=version)) for version in Version}) == len(Version)


@pytest.mark.parametrize("version", Version)
def test_every_typed_text_that_is_printed_is_compared(drawing, version):
    """Each text is one of its kind; what the page shows of them, the release check has."""
    base = synthetic(comment=lambda item: f"«comment {item.id}»", findings=lambda topic: f"«found {topic}»")
    typed = {
        name: f"«{name}»" for name in ("reference", "place_name", "authority", "city", "region", "purpose", "summary")
    }
    answers = [
        replace(one, value=f"«answer {one.item}»") if base.items[one.item].answer == "text" else one
        for one in base.answers
    ]
    findings = [replace(one, why=f"«why {one.topic}»") for one in base.findings]
    source = Source("«title»", "«publisher»", "«url»", "«note»")
    for kept in (findings, []):
        report = assemble(replace(base, **typed, answers=answers, findings=kept, source=source), version=version)
        html = visit_report_html(report, IMPRINT)
        shown = {f"«{part.split('»')[0]}»" for part in html.split("«")[1:]}
        assert len(shown) > 10
        assert shown - {passage.text for passage in passages(report)} == set()
