"""The words for what waits."""

from typing import Final

from flask_babel import lazy_gettext as _

from monitor.jobs.mail import MailFault
from monitor.recommendations.labels import WAITS
from monitor.recommendations.waiting import Wait

KINDS: Final = {
    "promised": _("Due after visits"),
    "returned": _("Returned to you with comments"),
    "late_drafts": _("Drafts that are late"),
    "with_clashes": _("Two texts for one answer, to settle"),
    "with_corrections": _("Corrections of fact to answer"),
    Wait.OVERDUE.value: WAITS[Wait.OVERDUE],
    Wait.DUE.value: WAITS[Wait.DUE],
    Wait.STEP.value: WAITS[Wait.STEP],
    "to_review": _("To review"),
    "not_started": _("Planned, but not started"),
}
"""What a person is asked to do, in the order of the start page, which shows besides what goes on."""
FAULTS: Final = {
    MailFault.UNREACHABLE: _("The mail server cannot be reached, or does not answer."),
    MailFault.UNENCRYPTED: _("The mail server offers no encryption, or has no certificate that can be trusted."),
    MailFault.NOT_SIGNED_IN: _("The mail server does not take the name and password of MONITOR_MAIL_URL."),
    MailFault.REFUSED: _("The mail server does not take a mail for this address."),
}
