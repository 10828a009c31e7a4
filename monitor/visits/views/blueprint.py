"""The blueprint that every page of a visit belongs to, and the words its templates need."""

from flask import Blueprint
from flask.blueprints import BlueprintSetupState
from flask_babel import get_locale

from monitor.guide.loading import get_guide
from monitor.guide.texts import GuideTexts, texts
from monitor.visits import labels

bp = Blueprint("visits", __name__, url_prefix="/visits")


def guide_texts(version: str | None = None) -> GuideTexts:
    """Return the words of the guide (newest, or of this version) in the language of the page."""
    return texts(get_guide(version), str(get_locale() or "en"))


@bp.record_once
def words(state: BlueprintSetupState) -> None:
    """Give every template and macro the words for visits and the guide."""
    state.app.jinja_env.globals.update(visit_labels=labels, guide_texts=guide_texts)
