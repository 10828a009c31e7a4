"""`flask demo ...`: the training mechanism."""

from datetime import UTC, datetime

import click
from flask.cli import AppGroup

from monitor.accounts.queries import get_mechanism, list_mechanisms
from monitor.cli.running import command_body
from monitor.demo.loading import CODE, AlreadyLoaded, load, sign_ins

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
    """Print the e-mail address, password and roles of every training user, where the training mechanism is loaded."""
    if get_mechanism(CODE) is None:
        return
    for email, password, roles in sign_ins():
        click.echo(f"{email:28} {password:32} {roles}")
