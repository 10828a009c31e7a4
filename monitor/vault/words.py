"""What pages say about keys."""

from typing import Final, NamedTuple

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from monitor.vault.models import Compartment


class CompartmentWords(NamedTuple):
    """A compartment in words."""

    title: LazyString
    holds: LazyString


COMPARTMENTS: Final = {
    Compartment.INTERVIEWS: CompartmentWords(
        _("Interviews and protected answers"),
        _("What people said in private, protected answers of the form, incidents, risk levels, photos of these."),
    ),
    Compartment.MEDICAL: CompartmentWords(
        _("Medical notes"), _("Injuries and medical notes of interviews. For health members only.")
    ),
}

REFUSED: Final = {
    "paper_exists": _("This body has a paper key already. Nothing was changed."),
    "compartment_exists": _("This body has its keys already. Nothing was changed."),
    "not_a_key": _("A letter is missing or wrong. Compare it with the paper group by group."),
    "other_key": _("This is a key, but not the one in use. Look for the newest paper."),
    "paper_does_not_open": _(
        "The paper is right, but a compartment does not open with it. Ask a reader to make a new paper key now."
    ),
    "reads_already": _("This person can read these records already."),
    "not_a_reader": _("Only somebody who can read these records can do this. Ask one of the readers in the list."),
    "last_reader": _("Nobody would be left who can read these records. Let somebody else read them first."),
    "nobody_chosen": _("Choose a person."),
    "other_fingerprint": _(
        "These are the letters of another key. Nothing is sealed to it. Ask a reader which letters their page shows."
    ),
    "overtaken": _("The body has another key by now. Fetch the visit anew and compare the letters again."),
    "no_key": _("This body has no keys yet. A coordinator sets them up first."),
    "no_own_key": _("You have no key of your own yet. Choose a new password on your account page; it makes one."),
    "exchanged_body_key": _(
        "Nothing was saved: the key of your body was exchanged in the database, and whoever did that could read this. "
        "Write it on paper, and tell the head of the mechanism."
    ),
    "exchanged_key": _(
        "The own key of one of these people is not the one that was made for them: somebody exchanged it in the "
        "database. Nobody was given anything. Tell the head of the mechanism."
    ),
    "other_has_no_key": _("This person has no key of their own yet. They get one when they choose a password."),
}
"""Code of KeysRefused -> what the page says."""
