"""The blueprint of all pages about interviews, and what templates need for them."""

from datetime import date

from flask import Blueprint, flash, g
from flask.blueprints import BlueprintSetupState
from flask_babel import get_timezone

from monitor.interviews import labels, queries
from monitor.interviews.models import Kind
from monitor.interviews.operations import TalkRefused
from monitor.vault import words
from monitor.vault.keyring import Closed
from monitor.vault.operations import KeysRefused
from monitor.web.filters import day

bp = Blueprint("interviews", __name__)


@bp.record_once
def tell_templates(state: BlueprintSetupState) -> None:
    """Give every template and macro the words for talks, and the count that stands in the tabs of a visit."""
    state.app.jinja_env.globals.update(
        interview_labels=labels, count_of_talks=queries.count_of_visit, is_closed=is_closed, Kind=Kind
    )
    state.app.jinja_env.filters["stored_day"] = stored_day


def stored_day(text: str) -> str:
    """Return a day that a sealed record holds, as pages show days."""
    return day(date.fromisoformat(text))


def is_closed(content: object) -> bool:
    """Say whether a record did not open for the person signed in."""
    return isinstance(content, Closed)


def say_refused(refused: TalkRefused | KeysRefused) -> None:
    """Tell the person why nothing was written."""
    said = labels.REFUSED if isinstance(refused, TalkRefused) else words.REFUSED
    flash(str(said[refused.code]), "warning")


def today() -> date:
    """Return the day it is where the mechanism is."""
    return g.now.astimezone(get_timezone()).date()  # type: ignore[no-any-return]
