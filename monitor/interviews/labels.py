"""The words on screen for talks, consents and protection."""

from typing import Final

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

from monitor.interviews.models import AgeGroup, ConsentStep, Kind, Partner, Risk, Sex
from monitor.interviews.queries import Task
from monitor.vault.keyring import Closed

PARTNERS: Final = {
    Partner.HELD: _("Person held"),
    Partner.MANAGEMENT: _("Staff: management"),
    Partner.CUSTODIAL: _("Staff: guards"),
    Partner.HEALTH: _("Staff: health"),
    Partner.SOCIAL: _("Staff: social, education, religious"),
    Partner.OTHER_STAFF: _("Staff: other"),
}
SEXES: Final = {
    Sex.NOT_STATED: lazy_pgettext("sex", "Not stated"),
    Sex.MAN: lazy_pgettext("sex", "Man"),
    Sex.WOMAN: lazy_pgettext("sex", "Woman"),
    Sex.OTHER: lazy_pgettext("sex", "Other, or a mixed group"),
}
AGES: Final = {
    AgeGroup.NOT_STATED: lazy_pgettext("age", "Not stated"),
    AgeGroup.CHILD: _("Under 18"),
    AgeGroup.YOUNG: _("18 to 24"),
    AgeGroup.ADULT: _("25 to 64"),
    AgeGroup.OLDER: _("65 or older"),
}
AGREED: Final = {"yes": _("Yes"), "no": _("No")}
GROUPS: Final = {
    "women": lazy_pgettext("group at risk", "Women"),
    "children": lazy_pgettext("group at risk", "Children and young people"),
    "older": lazy_pgettext("group at risk", "Older people"),
    "foreign": lazy_pgettext("group at risk", "Foreign nationals, migrants, stateless people"),
    "minority": lazy_pgettext("group at risk", "Ethnic, national or religious minority"),
    "indigenous": lazy_pgettext("group at risk", "Indigenous people"),
    "disability": lazy_pgettext("group at risk", "People with a disability"),
    "mental": lazy_pgettext("group at risk", "People in mental distress"),
    "lgbti": lazy_pgettext("group at risk", "LGBTI people"),
    "drugs": lazy_pgettext("group at risk", "People who use drugs"),
    "isolated": lazy_pgettext("group at risk", "People held in isolation"),
    "new": lazy_pgettext("group at risk", "Newly arrived"),
    "political": lazy_pgettext("group at risk", "Held for political reasons or security offences"),
}
"""Groups that meet more risk in detention; named only where the person said so and it helps."""
CONSENTS: Final = {
    Kind.ACT: _("Consent to act on the person's case"),
    Kind.PUBLISH: _("Consent to publish something that could identify the person"),
}
CONSENT_STEPS: Final = {
    ConsentStep.GIVEN: lazy_pgettext("consent", "Given"),
    ConsentStep.REFUSED: lazy_pgettext("consent", "Refused"),
    ConsentStep.TAKEN_BACK: lazy_pgettext("consent", "Taken back"),
}
PARTS: Final = {
    Kind.LINE: _("Line"),
    Kind.RECORD: _("Full record"),
    Kind.SUPPLEMENT: _("Supplement"),
    Kind.MEDICAL: _("Medical note"),
    Kind.ACT: _("Consent"),
    Kind.PUBLISH: _("Consent"),
    Kind.NAME: _("Name and contact"),
}
RISKS: Final = {
    Risk.LOW: lazy_pgettext("risk", "Low"),
    Risk.MEDIUM: lazy_pgettext("risk", "Medium"),
    Risk.HIGH: lazy_pgettext("risk", "High"),
}
TASKS: Final = {
    Task.CALL: _("Call the place or the people, as agreed"),
    Task.RETURN: _("Return to the place"),
    Task.MEASURE: _("Something agreed for after the visit"),
}
CLOSED: Final = {
    Closed.NOT_FOR_YOU: _("Sealed. It does not open with your key."),
    Closed.DAMAGED: _("This record is damaged and does not open. The others are not touched by that; tell a reader."),
}
REFUSED: Final = {
    "no_notes": _("The person did not agree to notes: leave the texts empty, or correct what was agreed."),
    "no_number": _("Several people are writing talks of this visit at this moment. Send the line once more."),
    "finished": _("This record is finished. It can be supplemented, not changed."),
    "overtaken": _("Another version was saved meanwhile, in another window. Compare it; saving again replaces it."),
    "protection_overtaken": _(
        "Somebody saved another level or other dates meanwhile; they stand on this page as they are now. What you "
        "typed is kept in the form. Compare both; saving again replaces what stands."
    ),
    "not_finished": _("This record is not finished yet: change it itself."),
    "no_request": _("A name is kept only where the person asked for action and the request can be read."),
    "no_consent": _("A name is kept only where the person agreed to action."),
}
"""Code of TalkRefused -> what the page says."""
