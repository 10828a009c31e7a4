"""Forms that a person fills in about themselves: sign-in, password, name and language."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import BooleanField, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired

from monitor.accounts.forms.fields import (
    PageForm,
    check_new_password,
    known_password,
    line,
    new_password,
    new_password_again,
    stripped,
)
from monitor.web.locale import available_languages


class SignInForm(PageForm):
    """E-mail address and password."""

    email = StringField(
        lazy_gettext("E-mail"),
        filters=[stripped],
        validators=[InputRequired(lazy_gettext("Enter your e-mail address."))],
    )
    password = known_password(lazy_gettext("Password"))


class CodeForm(PageForm):
    """A one-time code or a recovery code."""

    code = StringField(
        lazy_gettext("Code"), filters=[stripped], validators=[InputRequired(lazy_gettext("Enter the code."))]
    )


class PasskeyForm(PageForm):
    """What a person calls a passkey."""

    name = line(lazy_gettext("Name of the passkey"), most=80)


class UnlockForm(PageForm):
    """The password alone, for a person who is signed in."""

    password = known_password(lazy_gettext("Your password"))


class ChoosePasswordForm(PageForm):
    """A first or new password, typed twice."""

    new_password: PasswordField = new_password()
    again: PasswordField = new_password_again()

    def is_sound_for(self, email: str) -> bool:
        """Validate, with the rules for a new password of the person with this address."""
        return self.is_sent_and_sound() and check_new_password(self.new_password, self.again, email=email)


class LinkForm(ChoosePasswordForm):
    """The password chosen through a one-time link, and the recovery key of somebody who forgot the one before."""

    recovery_key = line(lazy_gettext("Your recovery key"))


class RecoveryKeyForm(PageForm):
    """The last group of a recovery key, typed off from what was written down."""

    key = HiddenField(validators=[InputRequired()])
    last_group = StringField(
        lazy_gettext("The last four letters of your recovery key"),
        filters=[stripped],
        validators=[InputRequired(lazy_gettext("Type the last four letters."))],
    )


class ChangePasswordForm(ChoosePasswordForm):
    """The password so far, and the new one twice."""

    password = known_password(lazy_gettext("Password so far"))


class ProfileForm(PageForm):
    """Name, language of the interface and, where mails can be sent, whether they tell what waits."""

    name = line(lazy_gettext("Name"), missing=lazy_gettext("Enter your name."))
    language = SelectField(lazy_gettext("Language of the pages"))
    wants_mail = BooleanField(lazy_gettext("Tell me by e-mail when something waits for me"))

    def __init__(self, *, offers_mail: bool, **given: Any) -> None:
        super().__init__(**given)
        self.language.choices = available_languages()
        self.offers_mail = offers_mail

    @property
    def mail_choice(self) -> bool | None:
        """Return what was chosen about mails, None where nothing was offered."""
        return bool(self.wants_mail.data) if self.offers_mail else None
