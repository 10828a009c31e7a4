"""The words on screen for what is found."""

from typing import Final

from flask_babel import lazy_gettext as _

from monitor.search.models import Subject

SUBJECTS: Final = {
    Subject.PLACE: _("Places"),
    Subject.VISIT: _("Visits"),
    Subject.FINDING: _("Findings"),
    Subject.RECOMMENDATION: _("Recommendations"),
    Subject.REPLY: _("Replies"),
    Subject.AUTHORITY: _("Authorities and partners"),
}
