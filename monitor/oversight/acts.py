"""The log in words: one table, tag of an event -> what was done."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString


class Kind(NamedTuple):
    """Acts that a reader of the log looks for together."""

    title: LazyString
    acts: Mapping[str, LazyString]
    """Tag -> what was done."""


KINDS: Final = {
    "sign-in": Kind(
        _("Sign-in"),
        {
            "session:opened": _("Signed in"),
            "session:ended": _("Signed out, or a browser was signed out"),
            "session:factor-passed": _("The second factor was passed"),
            "session:stepped-up": _("Proved once more to be there"),
            "user:new-browser": _("Signed in with a browser not seen before"),
            "user:password-set": _("A password was chosen"),
            "user:password-changed": _("The password was changed"),
            "user:key-made": _("An own key was made"),
            "user:key-replaced": _("A new own key took the place of the lost one"),
            "user:recovery-key-renewed": _("A new recovery key was made"),
            "user:passkey-added": _("A passkey was added"),
            "user:passkey-removed": _("A passkey was removed"),
            "user:codes-added": _("One-time codes were set up"),
            "user:codes-removed": _("One-time codes were removed"),
            "user:recovery-codes-renewed": _("New recovery codes were made"),
            "user:recovery-code-used": _("A recovery code was used"),
            "user:factors-reset": _("All second factors were removed"),
            "device:added": _("A device was set up for taking visits along"),
            "device:withdrawn": _("A device was withdrawn"),
        },
    ),
    "people": Kind(
        _("People and roles"),
        {
            "user:added": _("A person was invited"),
            "user:changed": _("Name, language or mails of a person were changed"),
            "user:roles-changed": _("Roles of a person were changed"),
            "user:link-made": _("A one-time link was made"),
            "user:disabled": _("A person was deactivated"),
            "user:enabled": _("A person was reactivated"),
            "user:mail-sent": _("A mail told a person how much waits"),
            "user:mail-failed": _("A mail about what waits could not be sent"),
        },
    ),
    "settings": Kind(
        _("Settings and log"),
        {
            "mechanism:added": _("The mechanism was added"),
            "mechanism:changed": _("Settings were changed"),
            "body:added": _("A body was added"),
            "body:renamed": _("A body was renamed"),
            "log:checked": _("The log was checked"),
        },
    ),
    "keys": Kind(
        _("Keys of confidential records"),
        {
            "paper-key:made": _("A paper key was made"),
            "paper-key:drilled": _("The paper key was tried"),
            "compartment-key:made": _("A key of confidential records was made"),
            "compartment-key:records-moved": _("All records were moved to the new key"),
            "compartment-key:confirmed-on-device": _("A device took over a new key that a person had compared"),
            "compartment-key:refused-on-device": _("A device refused a key that it did not know"),
            "grant:made": _("Somebody was let read confidential records"),
            "grant:removed": _("A reader of confidential records was removed"),
        },
    ),
    "reading": Kind(_("Confidential records read"), {"record:read": _("Confidential records were opened")}),
    "places": Kind(
        _("Register of places"),
        {
            "place:added": _("A place was added"),
            "place:changed": _("A place was changed"),
            "place:imported": _("Places were imported"),
            "place-import:uploaded": _("A register was uploaded"),
            "place-import:planned": _("Columns of an uploaded register were chosen"),
            "place-import:removed": _("An uploaded register was removed"),
        },
    ),
    "authorities": Kind(
        _("Authorities and partners"),
        {
            "authority:added": _("An authority or partner was added"),
            "authority:changed": _("An authority or partner was changed"),
            "authority:removed": _("An authority or partner was removed"),
        },
    ),
    "visits": Kind(
        _("Visits"),
        {
            "visit:planned": _("The visit was planned"),
            "visit:imported": _("The visit was imported"),
            "visit:plan-changed": _("Dates or form of the visit were changed"),
            "visit:team-changed": _("The team was changed"),
            "visit:handed-over": _("Records from before were opened for the team leader"),
            "visit:start": _("The visit began"),
            "visit:submit": _("The visit was sent for review"),
            "visit:return": _("The visit was returned to the team"),
            "visit:approve": _("The visit was approved"),
            "visit:reopen": _("The visit was opened again"),
            "visit:send_draft": _("It was recorded that the draft was sent to the authority"),
            "visit:send_final": _("It was recorded that the final report was sent"),
            "visit:left-otherwise": _("It was recorded that a version left outside Monitor, unchecked"),
            "visit:publish": _("It was recorded that the report was published"),
            "visit:follow_up": _("The follow-up began"),
            "visit:close": _("The visit was closed"),
            "visit:reopen_follow_up": _("The follow-up was taken up again"),
            "visit:correction-received": _("A correction of fact was recorded"),
            "visit:correction-answered": _("A correction of fact was answered"),
            "visit:cancel": _("The visit was cancelled"),
            "visit:refuse": _("It was recorded that access was refused"),
            "visit:suspend": _("The visit was suspended"),
            "visit:resume": _("The visit went on"),
        },
    ),
    "writing": Kind(
        _("Answers, findings, recommendations"),
        {
            "answer:changed": _("Answers were written"),
            "answer:settled": _("Two texts for one answer were settled"),
            "visit:taken-along": _("The visit was taken along on a device"),
            "visit:handed-in": _("What a device held of the visit was handed in whole"),
            "visit:removed-from-device": _("The visit was removed from a device"),
            "page:entered": _("A page of paper was marked as entered"),
            "page:checked": _("The entry of a page was held against the paper"),
            "visit:texts-saved": _("Purpose or summary was written"),
            "visit:figures-saved": _("Figures were written"),
            "visit:commented": _("A comment was written in review"),
            "finding:saved": _("A finding was written"),
            "recommendation:added": _("A recommendation was added"),
            "recommendation:changed": _("A recommendation was changed"),
            "recommendation:replied": _("A reply to the recommendation was recorded"),
            "recommendation:assessed": _("It was recorded how far the recommendation is carried out"),
            "recommendation:removed": _("A recommendation was removed"),
        },
    ),
    "interviews": Kind(
        _("Talks and reprisals"),
        {
            "talk:added": _("A talk was written down"),
            "talk:written": _("The record of a talk was written"),
            "talk:finished": _("The record of a talk was finished"),
            "talk:supplemented": _("Something was added to a finished talk"),
            "talk:medical-added": _("A medical note was added to a talk"),
            "talk:consent-noted": _("A consent was noted or taken back"),
            "talk:name-kept": _("The name behind a code was kept"),
            "talk:name-deleted": _("The name behind a code was deleted"),
            "protection:set": _("Risk and dates against reprisals were set"),
            "protection:measure-added": _("A measure against reprisals was added"),
            "protection:measure-done": _("A measure against reprisals was done"),
            "incident:added": _("A reprisal was recorded"),
        },
    ),
    "documents": Kind(
        _("Documents and exports"),
        {
            "document:requested": _("A document was asked for"),
            "release:checked": _("A version was checked before its release"),
            "document:released": _("A version was released"),
            "document:rendered": _("A document was made"),
            "document:failed": _("A document could not be made"),
            "document:downloaded": _("A document was downloaded"),
            "document:replaced": _("A zip was replaced by a newer one"),
            "visit:text-taken": _("The text of a report was taken for drafting"),
            "letter:begun": _("A letter was begun"),
            "letter:changed": _("A letter was changed"),
            "letter:removed": _("A letter that was not sent was removed"),
            "letter:text-taken": _("The text of a letter was taken for drafting"),
            "letter:sent": _("It was recorded that a letter was sent"),
            "file:added": _("A photo or file was added"),
            "file:checked": _("A photo or file was checked for reports"),
            "file:described": _("The caption of a photo or file was changed"),
            "file:set-aside": _("A photo or file was kept from reports"),
            "file:removed": _("A photo or file was deleted"),
            "file:downloaded": _("The copy of a photo or file was downloaded"),
            "authority:form-downloaded": _("An empty reply form was downloaded"),
            "visit:form-downloaded": _("An empty reply form was downloaded"),
            "mechanism:recommendations-downloaded": _("The list of recommendations was downloaded"),
            "visit:exported": _("The visit was downloaded as a visit document"),
        },
    ),
}
"""Every tag that is recorded anywhere stands in exactly one kind."""

ACTS: Final = {tag: words for kind in KINDS.values() for tag, words in kind.acts.items()}

RECORDS: Final = {
    "answer": _("Form of a visit"),
    "authority": _("Authority or partner"),
    "body": _("Body"),
    "compartment-key": _("Key of confidential records"),
    "device": _("Device"),
    "document": _("Document"),
    "file": _("Photo or document"),
    "finding": _("Visit"),
    "grant": _("Key of confidential records"),
    "incident": _("Reprisal"),
    "letter": _("Letter"),
    "log": _("Log"),
    "mechanism": _("Settings"),
    "page": _("Visit"),
    "paper-key": _("Paper key"),
    "place": _("Place"),
    "place-import": _("Register of places"),
    "protection": _("Visit"),
    "recommendation": _("Recommendation"),
    "release": _("Visit"),
    "record": _("Confidential records"),
    "session": _("Person"),
    "talk": _("Talk"),
    "user": _("Person"),
    "visit": _("Visit"),
}
"""First word of a tag -> what kind of record the event is filed under."""


def act_of(tag: str) -> LazyString | str:
    """Return what was done, in words; the tag itself for acts of another release."""
    return ACTS.get(tag, tag)


def record_of(tag: str) -> LazyString | str:
    """Return the kind of record that a tag speaks of."""
    kind = tag.partition(":")[0]
    return RECORDS.get(kind, kind)
