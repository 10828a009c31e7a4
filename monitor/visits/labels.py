"""The words on screen for states, steps, kinds, roles and figures of a visit."""

from typing import Final

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

from monitor.visits.completeness import GapKind
from monitor.visits.models import Announcement, CorrectionOutcome, TeamRole, VisitKind, VisitState

STATES: Final = {
    VisitState.PLANNED: _("Planned"),
    VisitState.UNDER_WAY: _("Under way"),
    VisitState.REVIEW: _("In review"),
    VisitState.APPROVED: _("Approved"),
    VisitState.SENT_DRAFT: _("Draft with the authority"),
    VisitState.SENT_FINAL: _("Final report sent"),
    VisitState.PUBLISHED: lazy_pgettext("visit", "Published"),
    VisitState.FOLLOW_UP: _("In follow-up"),
    VisitState.CLOSED: lazy_pgettext("visit", "Closed"),
    VisitState.CANCELLED: _("Cancelled"),
    VisitState.REFUSED: _("Refused"),
    VisitState.SUSPENDED: _("Suspended"),
}
STATE_TONES: Final = {
    VisitState.PLANNED: "waiting",
    VisitState.UNDER_WAY: "active",
    VisitState.REVIEW: "attention",
    VisitState.APPROVED: "done",
    VisitState.SENT_DRAFT: "attention",
    VisitState.SENT_FINAL: "active",
    VisitState.PUBLISHED: "active",
    VisitState.FOLLOW_UP: "active",
    VisitState.CLOSED: "done",
    VisitState.CANCELLED: "stopped",
    VisitState.REFUSED: "stopped",
    VisitState.SUSPENDED: "stopped",
}
KINDS: Final = {
    VisitKind.IN_DEPTH: _("In-depth visit"),
    VisitKind.FOLLOW_UP: _("Follow-up visit"),
    VisitKind.THEMATIC: _("Thematic visit"),
    VisitKind.AD_HOC: _("Ad hoc or rapid-response visit"),
    VisitKind.NIGHT: _("Night or weekend visit"),
    VisitKind.JOINT: _("Joint visit with another body"),
}
ANNOUNCEMENTS: Final = {
    Announcement.UNANNOUNCED: _("Unannounced"),
    Announcement.WINDOW: _("Announced for a period, without a date"),
    Announcement.ANNOUNCED: _("Announced with date"),
}
TEAM_ROLES: Final = {
    TeamRole.LEAD: _("Team leader"),
    TeamRole.MONITOR: lazy_pgettext("role", "Monitor"),
    TeamRole.DOCTOR: _("Doctor or nurse"),
    TeamRole.LAWYER: _("Lawyer"),
    TeamRole.INTERPRETER: _("Interpreter"),
    TeamRole.EXPERT: _("Outside expert"),
}
FORMS: Final = {
    "full": _("Full form"),
    "core": _("Core form"),
    "topics": _("Chosen topics"),
}
FIGURES: Final = {
    "capacity": _("Places (capacity)"),
    "present": _("People held"),
    "women": _("Women"),
    "men": _("Men"),
    "children": _("Children"),
    "foreign_nationals": _("Foreign nationals"),
    "remand": _("On remand"),
    "sentenced": _("Sentenced"),
    "persons_held": _("People held whom the team talked to"),
    "staff": _("Staff whom the team talked to"),
}
GAPS: Final = {
    GapKind.COMMENT_MISSING: _("The rating needs a comment"),
    GapKind.VALUE_MISSING: _("There is a comment, but no answer"),
    GapKind.CORE_UNANSWERED: _("Not answered"),
    GapKind.CLASH: _("Two people wrote different texts"),
}
OUTCOMES: Final = {
    CorrectionOutcome.OPEN: _("Not answered yet"),
    CorrectionOutcome.TAKEN: _("The report is corrected"),
    CorrectionOutcome.TAKEN_IN_PART: _("The report is corrected in part"),
    CorrectionOutcome.NOT_TAKEN: _("The report stays as it is"),
}
STEPS: Final = {
    "start": _("Start the visit"),
    "submit": _("Send for review"),
    "return": _("Return to the team"),
    "approve": _("Approve"),
    "reopen": _("Open again"),
    "send_draft": _("Record that the draft was sent"),
    "send_final": _("Record that the final report was sent"),
    "publish": _("Record the publication"),
    "follow_up": _("Go into follow-up"),
    "close": _("Close the visit"),
    "reopen_follow_up": _("Take up the follow-up again"),
    "cancel": _("Cancel the visit"),
    "refuse": _("Record a refusal"),
    "suspend": _("Suspend the visit"),
    "resume": _("Go on with the visit"),
}
STEPS_TAKEN: Final = {
    "start": _("The visit began"),
    "submit": _("Sent for review"),
    "return": _("Returned to the team"),
    "approve": _("Approved"),
    "reopen": _("Opened again"),
    "send_draft": _("The draft was sent to the authority"),
    "send_final": _("The final report was sent"),
    "publish": _("The report was published"),
    "follow_up": _("The follow-up began"),
    "close": _("The visit was closed"),
    "reopen_follow_up": _("The follow-up was taken up again"),
    "cancel": _("Cancelled"),
    "refuse": _("Access was refused"),
    "suspend": _("Suspended"),
    "resume": _("Went on"),
}
