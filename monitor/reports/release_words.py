"""The words on screen for versions and release checks."""

from typing import Final

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

from monitor.reports.confidences import HitKind
from monitor.reports.content import Version
from monitor.reports.models import Outgoing, Settlement
from monitor.reports.passages import Spot
from monitor.reports.releases import Refusal

VERSIONS: Final = {
    Version.INTERNAL: lazy_pgettext("version", "Internal"),
    Version.AUTHORITY: lazy_pgettext("version", "For the authority"),
    Version.PUBLIC: lazy_pgettext("version", "Public"),
}
VERSION_HINTS: Final = {
    Version.INTERNAL: _("For you alone: it holds notes that are not yet findings, and never a protected answer."),
    Version.AUTHORITY: _(
        "Findings, ratings, figures and recommendations, without notes and without names of the team."
    ),
    Version.PUBLIC: _(
        "Findings, ratings, figures and recommendations, without anything restricted, without names of the team, and "
        "without figures that point at fewer than five people."
    ),
}
"""What each version is, in one sentence."""
VERSION_TITLES: Final = {
    Version.INTERNAL: _("Visit report, internal"),
    Version.AUTHORITY: _("Visit report for the authority"),
    Version.PUBLIC: _("Visit report, public"),
}
OUTGOING_TITLES: Final = {
    Outgoing.AUTHORITY: VERSION_TITLES[Version.AUTHORITY],
    Outgoing.PUBLIC: VERSION_TITLES[Version.PUBLIC],
    Outgoing.EXPORT: _("Visit document"),
    Outgoing.LETTER: _("Letter"),
}
OUTGOING_HINTS: Final = {
    Outgoing.AUTHORITY: VERSION_HINTS[Version.AUTHORITY],
    Outgoing.PUBLIC: VERSION_HINTS[Version.PUBLIC],
    Outgoing.EXPORT: _("Answers, comments, figures and recommendations as data, without any protected answer."),
    Outgoing.LETTER: _("A letter in its own words, with its reply form where it has one."),
}
SPOTS: Final = {
    Spot.LETTERHEAD: _("Letterhead"),
    Spot.REFERENCE: _("Reference"),
    Spot.PLACE: _("Register of places"),
    Spot.TEAM: _("Team"),
    Spot.PURPOSE: _("Purpose"),
    Spot.SUMMARY: _("Summary"),
    Spot.FOUND: _("What we found"),
    Spot.WHY: _("Why it happens"),
    Spot.ANSWER: _("Answer"),
    Spot.NOTE: _("Note"),
    Spot.RECOMMENDATION: _("Recommendation"),
    Spot.ADDRESSEE: _("Addressee of a recommendation"),
    Spot.FOLLOW_UP: _("Earlier recommendation"),
    Spot.SOURCE: _("Published source"),
    Spot.PHOTO: _("Caption of a photo"),
    Spot.LETTER: _("Letter"),
}
HITS: Final = {
    HitKind.NAME: _("The name behind a code"),
    HitKind.NAME_PART: _("Part of a name behind a code"),
    HitKind.CONTACT: _("A way to reach somebody"),
    HitKind.CODE: _("The code of a talk"),
    HitKind.DETAIL: _("A room, number or place from a talk"),
    HitKind.MENTIONED: _("A name that was mentioned in confidence"),
    HitKind.WORDS: _("Words as they were said in confidence"),
    HitKind.NUMBER: _("A number that could be that of a person"),
    HitKind.CELL: _("A number that could be that of a cell or room"),
    HitKind.SMALL_GROUP: _("Words that point at one person or a few"),
    HitKind.PHOTO: _("A photo: no machine can tell what it gives away"),
}
SETTLEMENTS: Final = {
    Settlement.CONSENT: _("Leave it: the person's consent to publish covers it"),
    Settlement.NOT_A_PERSON: _("Leave it: it stands for something else, not for a person"),
    Settlement.OFFICE: _("Leave it: it names an office, not the person in it"),
    Settlement.MANY: _("Leave it: it fits so many people that nobody can be recognised"),
    Settlement.PUBLIC_ALREADY: _("Leave it: it is lawfully known from elsewhere"),
    Settlement.LOOKED_AT: _("Leave it: I looked at it, and nobody can be recognised by anything on it"),
}
REFUSALS: Final = {
    Refusal.NOT_APPROVED: _(
        "The visit is not approved yet: a version that leaves the mechanism is made of an approved visit."
    ),
    Refusal.NOT_CHECKED: _("Nobody has checked this content yet, or it has changed since it was checked."),
    Refusal.NOT_COMPARED: _(
        "Something confidential was added or changed since the check, or did not open for who checked: check again."
    ),
}
