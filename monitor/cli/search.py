"""`flask search ...`: what can be found by its words."""

import click
from flask.cli import AppGroup

from monitor.cli.running import command_body
from monitor.search import keeping

group = AppGroup("search", help="What can be found by its words.")


@group.command("rebuild")
@command_body()
def rebuild() -> None:
    """Make the index anew from what is written; nobody can save meanwhile."""
    click.echo(f"{keeping.rebuild()} entries")
