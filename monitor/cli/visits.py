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
from monitor.exchange.operations import ImportedBefore, UnfinishedAnswers, export_visit, import_visit
from monitor.exchange.visit_document import UnfitDocument, write_document
from monitor.visits.models import Visit

group = AppGroup("visits", help="Visit documents in and out.")


@group.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--mechanism", "code", required=True, help="Code of the mechanism.")
@click.option("--body", "body_name", help="Name of the body; needed where the mechanism has several.")
@click.option("--again", is_flag=True, help="Import a document that was imported before once more.")
@command_body()
def import_files(files: tuple[Path, ...], code: str, body_name: str | None, again: bool) -> None:
    """Import visit documents, all or none, and print each visit's id."""
    body = _body(code, body_name)
    for path in files:
        click.echo(_import(path, body, again))


def _body(code: str, name: str | None) -> Body:
    bodies = list_bodies(mechanism_by_code(code).id)
    found = [body for body in bodies if name in (None, body.name)]
    if len(found) != 1:
        names = ", ".join(body.name for body in bodies)
        raise Refused(f"--body: say which body the visit belongs to; {code} has: {names}")
    return found[0]


def _import(path: Path, body: Body, again: bool) -> str:
    try:
        imported = import_visit(path.read_bytes(), body, by=None, at=datetime.now(UTC), again=again)
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}") from error
    except (UnfitDocument, ImportedBefore) as reason:
        raise Refused(f"{path}: {reason}") from reason
    if imported.similar is not None:
        click.echo(f"{path}: possible duplicate of the place {imported.similar.code}; not merged", err=True)
    return str(imported.visit.id)


@group.command("export")
@click.argument("visit_id", type=click.UUID)
@command_body((UnfinishedAnswers,))
def export(visit_id: UUID) -> None:
    """Print a visit as a visit document (internal: it holds protected answers)."""
    visit = db.session.get(Visit, visit_id)
    if visit is None:
        raise Refused(f"there is no visit {visit_id}")
    click.echo(write_document(export_visit(visit)), nl=False)
