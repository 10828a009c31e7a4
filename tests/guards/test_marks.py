"""The application refuses to start when a view has no mark, a permission no rule, or nobody can load an id."""

from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask

import monitor
from monitor.access.guard import Unguarded, mark_of, public, requires
from monitor.access.permissions import Permission
from tests.conftest import make_app


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Start an application that has one more blueprint."""

    def start_with(blueprint: Blueprint) -> Flask:
        monkeypatch.setattr(monitor, "BLUEPRINTS", (*monitor.BLUEPRINTS, blueprint))
        return make_app(tmp_path / "instance")

    return start_with


@pytest.fixture
def extra() -> Blueprint:
    """A blueprint without a view."""
    return Blueprint("extra", __name__, url_prefix="/extra")


def test_every_view_is_marked(walked: Flask) -> None:
    assert [rule.endpoint for rule in walked.url_map.iter_rules() if mark_of(walked, rule.endpoint) is None] == []


def test_an_application_with_a_marked_view_more_starts(start: Any, extra: Blueprint) -> None:
    extra.add_url_rule("/<uuid:visit_id>", "page", requires(Permission.VISIT_READ)(lambda visit_id: ""))
    extra.add_url_rule("/open", "open", public(lambda: ""))
    app = start(extra)
    assert mark_of(app, "extra.page") is not None
    assert app.extensions["guard"]


def test_a_bare_view_stops_the_start(start: Any, extra: Blueprint) -> None:
    extra.add_url_rule("/page", "page", lambda: "")
    with pytest.raises(Unguarded, match=r"views without @requires or @public: \['extra.page'\]"):
        start(extra)


def test_a_mark_on_another_method_of_an_address_does_not_count(start: Any, extra: Blueprint) -> None:
    extra.add_url_rule("/page", "read", public(lambda: ""))
    extra.add_url_rule("/page", "write", lambda: "", methods=["POST"])
    with pytest.raises(Unguarded, match=r"extra\.write"):
        start(extra)


def test_an_id_that_nobody_can_load_stops_the_start(start: Any, extra: Blueprint) -> None:
    extra.add_url_rule("/<uuid:weather_id>", "page", requires(Permission.HOME_READ)(lambda weather_id: ""))
    with pytest.raises(Unguarded, match=r"the guard cannot load \['weather_id'\]"):
        start(extra)


def test_two_ids_in_one_address_stop_the_start(start: Any, extra: Blueprint) -> None:
    view = requires(Permission.VISIT_READ)(lambda visit_id, place_id: "")
    extra.add_url_rule("/<uuid:visit_id>/<uuid:place_id>", "page", view)
    with pytest.raises(Unguarded, match="the guard cannot load"):
        start(extra)


def test_a_permission_without_a_rule_stops_the_start(
    start: Any, extra: Blueprint, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = {permission: rule for permission, rule in monitor.RULES.items() if permission is not Permission.VISIT_PLAN}
    monkeypatch.setattr(monitor, "RULES", rules)
    with pytest.raises(Unguarded, match=r"permissions without a rule: \['visit:plan'\]"):
        start(extra)
