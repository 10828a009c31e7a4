"""Fields and checks that several forms of this domain share."""

from typing import Any, Final

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, Form, PasswordField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from monitor.accounts.names import is_one_line, is_plain_text
from monitor.accounts.passwords import LONGEST, SHORTEST, WeakPassword, check_strength

LONGEST_NAME: Final = 200
LONGEST_ADDRESS: Final = 254
WEAK: Final = {
    "short": lazy_gettext(
        "Use at least %(least)s characters: four or five words that do not belong together.", least=SHORTEST
    ),
    "long": lazy_gettext("Use at most %(most)s characters.", most=LONGEST),
    "name": lazy_gettext("Do not use your e-mail address as your password."),
    "easy": lazy_gettext("This is among the first that somebody would try. Use words that do not belong together."),
}
"""Reason of WeakPassword -> what is said."""


class PageForm(FlaskForm):
    """A form of one page; typed where the library is not."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)

    def is_sent_and_sound(self) -> bool:
        """Say whether this request sent the form and nothing in it has to be mended."""
        return bool(super().validate_on_submit())


def add_error(field: Field, message: Any) -> None:
    """Say beside a field what only an operation could find out."""
    field.errors = (*field.errors, message)


def stripped(value: str | None) -> str | None:
    """Drop spaces around what was typed; line breaks as one character, as they are compared and stored."""
    return value.replace("\r\n", "\n").strip() if value else value


def one_line(_form: Form, field: Field) -> None:
    """Refuse control characters, which a name or an address never holds."""
    if field.data and not is_one_line(field.data):
        raise ValidationError(lazy_gettext("Remove the line breaks and other invisible characters."))


def several_lines(_form: Form, field: Field) -> None:
    """Refuse control characters other than line breaks."""
    if field.data and not is_plain_text(field.data):
        raise ValidationError(lazy_gettext("Remove the invisible characters."))


def line(label: Any, *, missing: Any = None, most: int = LONGEST_NAME) -> StringField:
    """Make a field of one line; `missing` is said when it is empty and makes it required."""
    return StringField(label, filters=[stripped], validators=[*_required(missing), *_at_most(most), one_line])


def lines(label: Any, *, most: int) -> TextAreaField:
    """Make a field of several lines that may be empty."""
    return TextAreaField(label, filters=[stripped], validators=[*_at_most(most), several_lines])


def known_password(label: Any) -> PasswordField:
    """Make the field for a password that exists already."""
    return PasswordField(label, validators=[InputRequired(lazy_gettext("Enter your password."))])


def new_password() -> PasswordField:
    """Make the field for a password to be."""
    return PasswordField(lazy_gettext("New password"), validators=[InputRequired(lazy_gettext("Choose a password."))])


def new_password_again() -> PasswordField:
    """Make the field that catches a slip of the finger in the new password."""
    return PasswordField(
        lazy_gettext("New password once more"), validators=[InputRequired(lazy_gettext("Type the new password again."))]
    )


def check_new_password(password: Field, again: Field, *, email: str) -> bool:
    """Put errors on the two fields of a new password, and say whether there are none."""
    try:
        check_strength(password.data, email=email)
    except WeakPassword as weak:
        add_error(password, WEAK[weak.reason])
        return False
    if password.data != again.data:
        add_error(again, lazy_gettext("The two new passwords differ. Type both again."))
        return False
    return True


def _required(missing: Any) -> list[InputRequired]:
    return [InputRequired(missing)] if missing else []


def _at_most(most: int) -> list[Length]:
    return [Length(max=most, message=lazy_gettext("Shorten this to %(most)s characters.", most=most))]
