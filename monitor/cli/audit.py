"""`flask audit ...`: whether the record of who did what is whole."""

import click
from flask.cli import AppGroup

from monitor.accounts.queries import list_mechanisms
from monitor.audit.operations import verify_chain
from monitor.cli.running import Refused, command_body

group = AppGroup("audit", help="The record of who did what.")


@group.command("verify")
@command_body()
def verify() -> None:
    """Read every mechanism's chain of events and print its length and head; exit 1 when an event was tampered with.

    Events cut off at the end do not show by themselves: compare the head with one printed in an earlier report.
    """
    faults = []
    for mechanism in list_mechanisms():
        report = verify_chain(mechanism.id)
        if report.fault is not None:
            faults.append(f"{mechanism.code}: {report.fault}")
            continue
        head = f"{report.events}:{report.head.hex()}"  # written as documents print it
        click.echo(f"{mechanism.code}: {report.events} events, head {head}")
    if faults:
        raise Refused("; ".join(faults))
