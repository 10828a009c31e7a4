"""`flask mechanisms ...`: the mechanisms of this installation."""

import re
from datetime import UTC, datetime
from typing import Final

import click
from flask.cli import AppGroup

from monitor.accounts.names import is_one_line
from monitor.accounts.operations import AccountRefused, add_mechanism, update_mechanism
from monitor.accounts.reference_schemes import DEFAULT_SCHEME, UnfitScheme
from monitor.cli.running import Refused, command_body, mechanism_by_code
from monitor.web.locale import available_languages

CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")
COUNTRY: Final = re.compile(r"[A-Z]{2}")

group = AppGroup("mechanisms", help="The mechanisms of this installation.")


@group.command("add")
@click.argument("code")
@click.option("--name", required=True, help="Name as it stands on reports.")
@click.option("--country", required=True, help="Country, two letters of ISO 3166 such as NO.")
@click.option("--language", default="en", show_default=True, help="Language of the name and of reports.")
@click.option("--reference-scheme", default=DEFAULT_SCHEME, show_default=True, help="How visits are numbered.")
@command_body((AccountRefused, UnfitScheme))
def add(code: str, name: str, country: str, language: str, reference_scheme: str) -> None:
    """Add a mechanism with one body of the same name, and print its code."""
    if not CODE.fullmatch(code):
        raise Refused(f"CODE: {code!r} is not made of letters, digits and hyphens (at most 40)")
    if not COUNTRY.fullmatch(country.upper()):
        raise Refused(f"--country: {country!r} is not a code of two letters such as NO")
    if not name.strip() or not is_one_line(name):
        raise Refused("--name: the name is empty or holds control characters")
    if language not in available_languages():
        raise Refused(f"--language: there is no {language!r}; choose one of {', '.join(available_languages())}")
    add_mechanism(
        code=code, name=name.strip(), names={language: name.strip()}, languages=[language], country=country.upper(),
        reference_scheme=reference_scheme, at=datetime.now(UTC),
    )  # fmt: skip
    click.echo(code)


@group.command("second-factor")
@click.argument("code")
@click.argument("needed", type=click.Choice(["passkey", "codes"]))
@command_body()
def second_factor(code: str, needed: str) -> None:
    """Say what coordinators and administrators sign in with besides the password: a passkey, or one-time codes too.

    For machines that offer no passkeys; the head of the mechanism decides it, the audit log keeps it.
    """
    mechanism = mechanism_by_code(code)
    update_mechanism(mechanism, {"codes_suffice": needed == "codes"}, by=None, at=datetime.now(UTC))
