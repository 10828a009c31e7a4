"""`flask jobs ...`: the worker of the background queue."""

from flask.cli import AppGroup

from monitor.cli.running import bring_up
from monitor.jobs.queue import get_queue

group = AppGroup("jobs", help="Work in the background.")


@group.command("work")
def work() -> None:
    """Serve the queue until told to end."""
    bring_up()
    get_queue().work()
