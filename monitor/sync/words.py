"""What the pages and the device say about records that were not taken in."""

from typing import Final

from flask_babel import lazy_gettext as _

REFUSALS: Final = {
    "malformed": _("This record cannot be read any more. It stays on the device."),
    "altered": _("Another record arrived under the same number. This one stays on the device; copy it into the form."),
    "not_permitted": _(
        "You may not write this any more: the visit has moved on, or you are no longer on its team. The coordinator "
        "can return the visit to you, or hand the record in from a transfer file."
    ),
    "not_on_form": _("The form of this visit no longer asks this. The record stays on the device."),
    "overtaken": _(
        "Somebody wrote this finding meanwhile. Yours stays on the device; open it there and bring both together."
    ),
    "checked_meanwhile": _(
        "Somebody checked this recommendation meanwhile. Yours stays on the device; open it there and decide what "
        "holds."
    ),
    "not_to_check": _("This recommendation is no longer to be checked on this visit. The record stays on the device."),
    "check_day": _("The days of this visit lie before the recommendation: mend them in its plan."),
    "empty": _("The recommendation has no text."),
    "no_key": _("This body has no key yet, so that nothing confidential can be kept safely. It stays on the device."),
    "exchanged_body_key": _(
        "The key of your body was exchanged in the database of the office, so that nothing is sealed to it. "
        "It stays on the device. Tell the head of the mechanism."
    ),
    "envelope": _("What was sealed on the device is damaged, or no reader of the body could open it. It stays there."),
    "text_too_long": _("The text is too long. Nothing was cut: shorten it, or move a part."),
    "control_characters": _("The text holds a character that cannot be stored or printed. Delete it."),
    "unpaired_surrogate": _("The text holds half a character. Type it again."),
}
WITHDRAWN: Final = _("This device was withdrawn. Nothing is taken in from it; it wipes what it holds.")
UNKNOWN_DEVICE: Final = _(
    "This device is not known here, or it belongs to somebody else. Sign in as the person who set it up."
)
DEVICE_TEXTS: Final = {
    "insecure": _(
        "Keeping visits safely needs a secure connection. Open Monitor by an address that begins with https; ask the "
        "administrator for it."
    ),
    "too_old": _("This browser is too old: it lacks encryption or storage. Update it, or use another one."),
    "offline": _("No network. Everything of the form works; it is kept here and handed in later."),
    "clock": _(
        "The clock of this device is wrong: here it is {here}, at the office {there}. Nothing is lost by that, and the "
        "office notes its own time. Set the clock right, so that the times on this page are."
    ),
    "not_signed_in": _("Sign in to hand in what lies on this device."),
    "unsent": _("On this device and not yet at the office: {count}"),
    "sealed_answer": _("Sealed on this device at {time}. Nobody can open it here; writing again replaces it."),
    "somebody_answered": _("Somebody answered this at the office; it cannot be read on a device."),
    "kept": _("Kept on this device {time}"),
    "keeping": _("Keeping"),
    "full": _(
        "This device has no room left. What you typed last is still on this page and is not kept yet: hand in, remove "
        "a visit that was handed in, or delete photos, then change one letter."
    ),
    "not_kept": _("What you typed last could not be kept. It is still on this page: copy it before you close it."),
    "passphrases_differ": _("The two passphrases differ. Type them again."),
    "passphrase_short": _("The passphrase is too short: at least 12 characters."),
    "other_tab": _("This device is open in another tab or window. Go on there, or close it first."),
    "wrong_passphrase": _("This is not the passphrase of this device."),
    "wait": _("Too many wrong tries. Wait {seconds} seconds."),
    "needs_network": _("For this the device needs the network. Everything you typed stays here."),
    "not_reached": _("The server cannot be reached. Everything stays here; it is tried again by itself."),
    "failed": _("The office could not take this in now. Everything stays here; it is tried again by itself."),
    "other_person": _("Another person is signed in. What lies here belongs to the person who set the device up."),
    "visit_counts": _("{answered} of {asked} answered"),
    "handing_in": _("Handing in: {done} of {all}"),
    "nothing_to_hand_in": _("Everything is at the office."),
    "to_hand_in": _("Not yet handed in: {count}"),
    "receipt": _("Everything arrived and was checked: {count} records, {time}."),
    "no_receipt": _("{count} records did not arrive as they were sent. They stay here and are sent again."),
    "left_here": _("The office did not take in everything: {count} records stay here. They are named below."),
    "removed": _("The visit was removed from this device."),
    "removed_over": _(
        "{place}: the office works on this visit now, and everything from here arrived. It was removed from this "
        "device."
    ),
    "unfinished": _("Begun beside the form and not finished: {count}"),
    "refused": _("The office did not take this record and gave no reason. It stays here."),
    "remove_unsent": _("{count} records of this visit are not at the office. Removing the visit loses them for ever."),
    "wipe_word": _("Type the word WIPE to wipe the device."),
    "wiped": _("This device was wiped."),
    "withdrawn": _("This device was withdrawn by the office and has wiped what it held."),
    "taken": _("The visit lies on this device now. It works without a network."),
    "in_language": _("Open the form in the language of the visit: {language}"),
    "unlock_again": _("The page in the other language opens once you unlock the device again."),
    "other_version": _(
        "This visit was planned with another version of the guide, which has a page of its own. It opens once you "
        "unlock the device again."
    ),
    "page": _("Page {number} of {last}"),
    "last_visit": _("Last visit, {day}"),
    "taken_at": _("taken along {time}"),
    "not_this_file": _("This is no transfer file of Monitor, or it is damaged. Nothing was changed."),
    "file_does_not_open": _(
        "The file does not open: the passphrase is not that of the device that made it, or the file was altered. "
        "Nothing was changed."
    ),
    "of_another_mechanism": _(
        "This file holds visits of another mechanism than those on this device. Nothing was changed; hand it in on a "
        "device of the mechanism that it comes from."
    ),
    "transferred": _("Taken from the file: {count} records. They are handed in with the others."),
    "transfer_other_visits": _("The file holds visits that are not on this device. Take them along first: {places}"),
    "nothing_to_transfer": _("There is nothing on this device that was not handed in."),
    "damaged": _(
        "{count} records on this device are damaged and cannot be read. All others are here; hand them in and tell the "
        "office."
    ),
    "photo_not_kept": _("The photo could not be kept on this device. Take it again."),
    "not_a_picture": _("This file is no picture that the browser can read. Nothing was added."),
    "too_large_picture": _("This picture is too large for this device. Take a smaller one."),
    "answer_of": _("Answer {item}"),
    "finding_of": _("Finding: {topic}"),
    "recommendation": _("Recommendation"),
    "photo": _("Photo"),
    "check_of": _("Check of {reference}"),
    "checked_here": _("Kept on this device: {state}"),
    "checked_there": _("At the office: {state}"),
    "clash": _("Two texts for one question: {count}. Open the question to settle it."),
    "no_day": _("no date yet"),
    "talk": _("Talk"),
    "sealed_at": _("sealed {time}"),
    "sealed_to": _("Sealed to the key {fingerprint}"),
    "no_notes": _("The person did not agree to notes: leave the note empty."),
    "unfit_text": _(
        "This text holds a character that cannot be stored, or it is too long. Mend it before it is sealed."
    ),
    "cannot_seal": _("This browser cannot seal confidential records. Update it, or write them at the office."),
    "other_key": _(
        "The office offers another key for confidential records. Look at the page “Who can read confidential records” "
        "or ask a reader by telephone, and type the letters of the new key. Do not go on if they differ."
    ),
    "key_confirmed": _("The new key is noted. Talks and protected answers are sealed to it from now on."),
    "other_letters": _(
        "These are not the letters of the key that the office offers. Nothing was changed; ask a reader."
    ),
    "due": _("to be done by {day}"),
    "none": _("none"),
    "question_of_visit": _("Visit"),
}
