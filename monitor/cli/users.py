"""`flask users ...`: the first people of a mechanism, and those who lost their way in. Passwords never pass here."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import click
from flask import current_app
from flask.cli import AppGroup

from monitor.accounts.links import link_address
from monitor.accounts.models import LINK_LIFETIME, Mechanism, Role, User
from monitor.accounts.names import is_one_line
from monitor.accounts.operations import AccountRefused, add_user
from monitor.accounts.operations import make_link as make_secret
from monitor.accounts.queries import get_user_by_email, list_bodies, list_mechanisms, list_users
from monitor.cli.running import Refused, command_body, mechanism_by_code
from monitor.config import Settings

LOCAL_ADDRESS: Final = "http://localhost:8000"
"""Where `make run` serves; other installations set MONITOR_PUBLIC_URL."""

group = AppGroup("users", help="People who sign in.")


@group.command("add")
@click.argument("email")
@click.option("--mechanism", "code", required=True, help="Code of the mechanism.")
@click.option(
    "--role", "roles", required=True, multiple=True, type=click.Choice([role.value for role in Role]),
    help="What the person does; may be given several times.",
)  # fmt: skip
@click.option("--body", "body_name", help="Name of the body; needed where the mechanism has several.")
@click.option("--name", default="", help="Name of the person; without it, the address stands in its place.")
@command_body((AccountRefused,))
def add(email: str, code: str, roles: tuple[str, ...], body_name: str | None, name: str) -> None:
    """Add a person and print the one-time link with which they choose a password."""
    if not is_one_line(name):
        raise Refused("--name: the name holds control characters")
    mechanism = mechanism_by_code(code)
    body_id = _body(mechanism, body_name)
    given = [(body_id, Role(role)) for role in roles]
    language = mechanism.languages[0]
    user = add_user(mechanism, email=email, name=name, roles=given, by=None, at=datetime.now(UTC), language=language)
    _print_link(user)


def _body(mechanism: Mechanism, name: str | None) -> UUID:
    bodies = list_bodies(mechanism.id)
    found = [body.id for body in bodies if name in (None, body.name)]
    if len(found) != 1:
        names = ", ".join(body.name for body in bodies)
        raise Refused(f"--body: say which body the person belongs to; {mechanism.code} has: {names}")
    return found[0]


@group.command("link")
@click.argument("email")
@command_body()
def link(email: str) -> None:
    """Print a new one-time link for a person; older ones end. The password stays until the link is used."""
    user = get_user_by_email(email)
    if user is None:
        raise Refused(f"nobody has the address {email}")
    if not user.is_enabled:
        raise Refused(f"{email} is deactivated; an administrator has to reactivate the person first")
    _print_link(user)


def _print_link(user: User) -> None:
    settings: Settings = current_app.extensions["settings"]
    secret = make_secret(user, by=None, at=datetime.now(UTC))
    click.echo(link_address(secret, settings.public_url or LOCAL_ADDRESS))
    note = f"It works once, for {LINK_LIFETIME.days} days. Hand it to {user.email} in person or over a safe channel."
    click.echo(note, err=True)


@group.command("list")
@click.option("--mechanism", "code", help="Code of the mechanism; without it, all of them.")
@command_body()
def list_all(code: str | None) -> None:
    """Print a line for each person: mechanism, address, name, roles, whether they can sign in."""
    for mechanism in [mechanism_by_code(code)] if code else list_mechanisms():
        names = {body.id: body.name for body in list_bodies(mechanism.id)}
        for user in list_users(mechanism.id):
            roles = ", ".join(f"{held.role} ({names[held.body_id]})" for held in user.roles)
            state = "deactivated" if not user.is_enabled else "active" if user.verifier else "invited"
            click.echo(f"{mechanism.code}\t{user.email}\t{user.name}\t{roles}\t{state}")
