"""Whatever answers a form accepts survive export and import unchanged."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.accounts.models import Mechanism, User
from monitor.answers.operations import Change
from monitor.answers.queries import heads
from monitor.db import db
from monitor.exchange.operations import export_visit, import_visit
from monitor.exchange.visit_document import write_document
from monitor.guide.answer_types import needs_comment
from monitor.guide.catalogue import NOT_APPLICABLE, NOT_EXAMINED, Item
from monitor.guide.loading import get_guide
from monitor.guide.scope import Scope, select_items
from monitor.places.models import Place
from monitor.visits import operations
from tests.factories import places, visits

PLACE_TYPE = "prison"
GUIDE = get_guide()
SCOPES = {
    "a prison": Scope(PLACE_TYPE),
    "a prison asked more": Scope(PLACE_TYPE, ("juvenile-centre",), extra_topics=("police-custody",)),
}
MOST_ANSWERS = 40
STORABLE = st.characters(
    exclude_categories=["Cs"], exclude_characters=[*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0))]
)
TEXTS = st.text(STORABLE | st.sampled_from("\n\t<>&'\"\\{}%ضя𝄞"), min_size=1, max_size=60).map(str.strip).filter(bool)
COUNTS = st.integers(0, 10**9)
NUMBERS = COUNTS | st.floats(0, 10**9, allow_nan=False)


def values(item: Item) -> st.SearchStrategy[Any]:
    """Return what can be answered to an item."""
    ids = [choice.id for choice in item.choices]
    match item.answer:
        case "rating":
            return st.sampled_from([rating.code for rating in item.ratings])
        case "text":
            return TEXTS
        case "yes_no":
            known: st.SearchStrategy[Any] = st.sampled_from(["yes", "no"])
        case "number":
            known = COUNTS if item.id == "talk-capacity" else NUMBERS
        case "choice":
            known = st.sampled_from(ids)
        case "multi_choice":
            others = st.lists(st.sampled_from([id_ for id_ in ids if id_ != "none"]), min_size=1, unique=True)
            known = others | st.just(["none"]) if "none" in ids else others
        case _:
            known = tables(item)
    return known | st.sampled_from([NOT_EXAMINED, NOT_APPLICABLE])


def tables(item: Item) -> st.SearchStrategy[Any]:
    assert item.table is not None
    cells = {column.id: NUMBERS if column.takes_decimals else COUNTS for column in item.table.columns}
    row = st.fixed_dictionaries({}, optional=cells).filter(bool)
    return st.fixed_dictionaries({}, optional={each.id: row for each in item.table.rows}).filter(bool)


@st.composite
def answers(draw: st.DrawFn, scope: Scope) -> list[Change]:
    """Draw finished answers to some items of the form, in any order."""
    changes = []
    for item in draw(st.lists(st.sampled_from(select_items(GUIDE, scope)), unique=True, max_size=MOST_ANSWERS)):
        value = draw(values(item))
        comments = TEXTS if needs_comment(GUIDE, item, value) else TEXTS | st.just("")
        sources = draw(st.lists(st.sampled_from(list(GUIDE.evidence_sources)), unique=True, max_size=3))
        changes.append(Change(item.id, value, draw(comments), tuple(sources), draw(st.booleans())))
    return changes


@pytest.fixture
def prison(mechanism: Mechanism) -> Place:
    """A place that a document can describe."""
    return places.place(mechanism, type=PLACE_TYPE, region="North")


@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_answers_survive_export_and_import(
    scope: Scope, data: st.DataObject, prison: Place, coordinator: User, now: datetime
) -> None:
    changes = data.draw(answers(scope))
    more = {"unit_types": scope.unit_types, "extra_topics": scope.extra_topics}
    visit = visits.under_way(prison, lead=coordinator, form="full", **more)
    revisions = {head.item_id: head.revision for head in heads(visit.sheet)}
    based = [Change(c.item, c.value, c.comment, c.sources, c.urgent, revisions.get(c.item, 0)) for c in changes]
    operations.record_answers(visit, based, by=coordinator, at=now)
    texts = {name: data.draw(TEXTS | st.just("")) for name in ("purpose", "summary")}
    operations.save_texts(visit, **texts, base_version=visit.version, by=coordinator, at=now)
    operations.save_figures(visit, unseen_figures(based), by=coordinator, at=now)
    sent = write_document(export_visit(visit))
    received = import_visit(sent.encode(), visit.body, by=None, at=now, again=True).visit
    db.session.expire_all()
    assert {head.item_id: content(head) for head in heads(received.sheet)} == {
        head.item_id: content(head) for head in heads(visit.sheet)
    }
    assert received.sheet.scope == scope
    assert write_document(export_visit(received)) == sent
    db.session.rollback()


def content(head: Any) -> tuple[object, ...]:
    return repr(head.value), head.comment, head.sources, head.urgent


def unseen_figures(changes: list[Change]) -> dict[str, int | None]:
    """Type figures that are too large together, as a team would when the drawn counts contradict each other."""
    if not {"talk-population", "talk-groups", "int-count", "staff-int-count"} & {change.item for change in changes}:
        return {}
    return dict.fromkeys(
        ("present", "women", "men", "children", "foreign_nationals", "remand", "sentenced", "persons_held", "staff"), 0
    )
