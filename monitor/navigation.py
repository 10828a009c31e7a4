"""The main menu: which rooms there are, and which of them this person may enter."""

from typing import Final

from flask import Flask, request
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from monitor.access.guard import Guard
from monitor.access.permissions import Permission

ROOMS: Final = (
    ("insight.home", _("Start"), Permission.HOME_READ),
    ("visits.places", _("Places"), Permission.PLACE_LIST),
    ("visits.index", _("Visits"), Permission.VISIT_LIST),
    ("interviews.index", _("Interviews"), Permission.INTERVIEW_SEARCH),
    ("recommendations.index", _("Recommendations"), Permission.RECOMMENDATION_LIST),
    ("guide.index", _("Guide"), Permission.GUIDE_READ),
    ("accounts.users", _("Administration"), Permission.USER_MANAGE),
    ("oversight.log", _("Oversight"), Permission.AUDIT_READ),
)


PAGES_OF_VISITS: Final = frozenset({"evidence", "exchange", "paper", "releases", "reports"})
PLACE_PAGES: Final = ("visits.place", "places.", "place_imports.")


def _room(endpoint: str | None) -> str:
    """Return the room a page belongs to: its domain; the register's pages are a room of their own."""
    name = endpoint or ""
    if name.startswith(PLACE_PAGES):
        return "places"
    domain = name.partition(".")[0]
    return "visits" if domain in PAGES_OF_VISITS else "recommendations" if domain == "authorities" else domain


def init_navigation(app: Flask, guard: Guard) -> None:
    """Give templates `navigation()`: (endpoint, label, whether this page belongs to it) of every open room."""

    def navigation() -> list[tuple[str, LazyString, bool]]:
        return [
            (endpoint, label, _room(request.endpoint) == _room(endpoint))
            for endpoint, label, permission in ROOMS
            if guard.can(permission)
        ]

    app.jinja_env.globals["navigation"] = navigation
