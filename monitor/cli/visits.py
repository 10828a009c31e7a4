"""`flask visits ...`: visit documents in and out."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import click
from flask.cli import AppGroup

from monitor.accounts.models import Body
from monitor.accounts.queries import list_bodies
from monitor.cli.running import Refused, command_body, mechanism_by_code
from monitor.db import db
from monitor.exchange.leaving import document_without_keys
from monitor.exchange.operations import (
    CapacityTypedOtherwise,
    ImportedBefore,
    UnfinishedAnswers,
    import_visit,
    sealed_answers,
)
from monitor.exchange.strict_json import LARGEST_FILE, UnfitDocument
from monitor.vault.operations import KeysRefused
from monitor.visits.models import Visit

group = AppGroup("visits", help="Visit documents in and out.")


@group.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--mechanism", "code", required=True, help="Code of the mechanism.")
@click.option("--body", "body_name", help="Name of the body; default: the mechanism's first.")
@click.option("--again", is_flag=True, help="Import a document that was imported before once more.")
@command_body()
def import_files(files: tuple[Path, ...], code: str, body_name: str | None, again: bool) -> None:
    """Import visit documents, all or none, and print each visit's id."""
    body = _body(code, body_name)
    ids = [_import(path, body, again) for path in files]
    click.echo("\n".join(ids))  # only now: a refused file takes the others with it


def _body(code: str, name: str | None) -> Body:
    bodies = list_bodies(mechanism_by_code(code).id)
    names = ", ".join(body.name for body in bodies)
    if name is None and len(bodies) > 1:
        click.echo(f"imported for {bodies[0].name}; another body: --body NAME, one of {names}", err=True)
    found = next((body for body in bodies if name in (None, body.name)), None)
    if found is None:
        raise Refused(f"--body: {code} has no body of this name; it has {names}")
    return found


def _import(path: Path, body: Body, again: bool) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)  # what is larger is refused, and never read whole
        imported = import_visit(raw, body, by=None, at=datetime.now(UTC), again=again)
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}") from error
    except (UnfitDocument, ImportedBefore, KeysRefused) as reason:
        raise Refused(f"{path}: {reason}") from reason
    if imported.similar is not None:
        click.echo(f"{path}: possible duplicate of the place {imported.similar.code}; not merged", err=True)
    return str(imported.visit.id)


@group.command("export")
@click.argument("visit_id", type=click.UUID)
@command_body((UnfinishedAnswers, CapacityTypedOtherwise))
def export(visit_id: UUID) -> None:
    """Print a visit as a visit document (internal); says how much it leaves out.

    Left out are sealed answers, and texts of a visit with confidential records until somebody compared them.
    """
    visit = db.session.get(Visit, visit_id)
    if visit is None:
        raise Refused(f"there is no visit {visit_id}")
    leaving = document_without_keys(visit)
    click.echo(leaving.text, nl=False)
    if leaving.answers or leaving.recommendations:
        click.echo(
            f"{leaving.answers} answers with texts, {leaving.recommendations} recommendations, purpose and summary are "
            "left out: nobody has compared them with what was said in confidence; check the visit document in the "
            "browser and ask again",
            err=True,
        )
    sealed = sealed_answers(visit)
    if sealed:
        click.echo(f"{sealed} protected answers are sealed and left out", err=True)
