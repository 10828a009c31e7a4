"""What every command shares: a database that is there, one commit at the end, bad input as one sentence and exit 1."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click
from flask_migrate import upgrade
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError

from monitor.accounts.models import Mechanism
from monitor.accounts.queries import get_mechanism
from monitor.db import db
from monitor.tenancy import across_mechanisms
from monitor.web.failures import passing_failure_of

Command = TypeVar("Command", bound=Callable[..., Any])


class Refused(click.ClickException):
    """Bad input: one clear sentence on stderr, exit 1, nothing written."""


def command_body(refusals: tuple[type[Exception], ...] = ()) -> Callable[[Command], Command]:
    """Run the body of a command in one transaction across all mechanisms; commit when it returns, else roll back.

    Exceptions of the types in `refusals` end as one sentence on stderr and exit 1: their text must be such a sentence.
    So do a locked database and a full disk.
    """

    def wrap(body: Command) -> Command:
        @wraps(body)
        def run(*args: Any, **kwargs: Any) -> Any:
            try:
                bring_up()
                with across_mechanisms():
                    result = body(*args, **kwargs)
                    db.session.commit()
            except refusals as reason:
                raise Refused(str(reason)) from reason
            except (OperationalError, OSError) as error:
                failure = passing_failure_of(error)
                if failure is None:
                    raise
                raise Refused(f"{failure.title}. {failure.what}") from error
            finally:
                db.session.remove()
            return result

        return run  # type: ignore[return-value]  # the same signature, which click inspects

    return wrap


def bring_up() -> None:
    """Make the tables where the database is still empty (a new instance folder); never alters one that is in use."""
    if not inspect(db.engine).has_table("mechanism"):
        upgrade()


def mechanism_by_code(code: str) -> Mechanism:
    """Find the mechanism named on the command line. Raises Refused."""
    mechanism = get_mechanism(code)
    if mechanism is None:
        raise Refused(f"there is no mechanism with the code {code}; add it with: flask mechanisms add {code}")
    return mechanism
