"""`flask demo ...`: the training mechanism."""

from datetime import UTC, datetime
from typing import Final

import click
from flask.cli import AppGroup

from monitor.accounts.factors import factors_of, secret_of
from monitor.accounts.one_time_codes import next_good
from monitor.accounts.queries import get_mechanism, get_user_by_email, list_mechanisms
from monitor.cli.running import command_body
from monitor.demo.loading import CODE, AlreadyLoaded, load, sign_ins

HOW_TO_GET_A_CODE: Final = (
    "The six digits change every half minute: the page after the password shows those that are good then, and so does\n"
    "`flask demo sign-ins`. In earnest they come from an authenticator. These sign-ins open on this machine only."
)

group = AppGroup("demo", help="The training mechanism: invented places, people and visits.")


@group.command("load")
@click.option("--if-empty", is_flag=True, help="Do nothing when there is any mechanism already.")
@command_body((AlreadyLoaded,))
def load_command(if_empty: bool) -> None:
    """Load the training mechanism; what is there already is never overwritten."""
    if if_empty and list_mechanisms():
        return
    load(now=datetime.now(UTC))
    click.echo(f"the training mechanism {CODE} is loaded")


@group.command("sign-ins")
@command_body()
def sign_ins_command() -> None:
    """Print e-mail address, password, code and roles of every training user, where the training mechanism is loaded."""
    if get_mechanism(CODE) is None:
        return
    for email, password, roles in sign_ins():
        click.echo(f"{email:28} {password:32} {_code(email):8} {roles}")
    click.echo(HOW_TO_GET_A_CODE)


def _code(email: str) -> str:
    """Return a one-time code that is good now, a dash where the person signs in otherwise."""
    user = get_user_by_email(email)
    codes = factors_of(user).codes if user else None
    return (codes and next_good(secret_of(codes), datetime.now(UTC), after=codes.last_step)) or "-"
