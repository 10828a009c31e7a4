"""Records as released versions wrote them on devices: every later version must take them in."""

import json
from pathlib import Path
from typing import Any

import pytest

from monitor.answers import queries as answers
from monitor.db import db
from monitor.recommendations import queries as recommendations
from monitor.visits import queries as visit_queries
from monitor.visits.models import Visit
from tests.sync.conftest import AtHand

RELEASED = sorted((Path(__file__).parents[1] / "data" / "devices").glob("*.json"))


def test_there_is_a_file_for_the_first_format() -> None:
    assert "format-1.json" in {path.name for path in RELEASED}


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_records_of_a_released_version_are_taken_in(device: AtHand, visit: Visit, path: Path) -> None:
    kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    results = device.hand_in(visit, *kept["records"])
    assert [result["outcome"] for result in results] == ["applied"] * len(kept["records"])
    db.session.expire_all()
    heads = {head.item_id: head for head in answers.heads(visit.sheet)}
    assert {item: [heads[item].value, heads[item].comment] for item in kept["answers"]} == kept["answers"]
    assert visit_queries.findings(visit)["food-water"].found == kept["finding"]
    assert [row.text for row in recommendations.of_visit(visit)] == kept["recommendations"]
