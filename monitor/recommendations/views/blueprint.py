"""The blueprint that every page of a recommendation belongs to, and the words its templates need."""

from typing import Final

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from monitor.recommendations import labels, queries

bp = Blueprint("recommendations", __name__)
LONG_TEXTS: Final = 2 * 1024 * 1024
"""Bytes that a form with long texts may have."""


@bp.record_once
def words(state: BlueprintSetupState) -> None:
    """Give every template and macro the words for recommendations, and the page of a place its open ones."""
    state.app.jinja_env.globals.update(
        recommendation_labels=labels, open_recommendations_at=queries.first_open_at_place
    )
