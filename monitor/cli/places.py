"""`flask places ...`: registers of places in."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from monitor.accounts.models import Mechanism
from monitor.cli.running import Refused, command_body, mechanism_by_code
from monitor.guide.loading import get_guide
from monitor.places import operations, queries
from monitor.places.csv_files import ENCODINGS, LARGEST_FILE, CsvTable, UnreadableFile, read_csv
from monitor.places.facts import UnfitFact, read_country
from monitor.places.importing import FACTS, Plan, Preview, UnfitPlan, preview_import
from monitor.places.type_names import type_names
from monitor.places.words import fact_sentence, file_sentence, plan_sentences, refusal_sentence

group = AppGroup("places", help="The register of places.")


@group.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--mechanism", "code", required=True, help="Code of the mechanism.")
@click.option(
    "--map", "pairs", multiple=True, metavar="FACT=COLUMN",
    help=f"Which column holds a fact; needed for name and type. Facts: {', '.join(FACTS)}.",
)  # fmt: skip
@click.option(
    "--types",
    "types_file",
    type=click.Path(path_type=Path),
    help="JSON: value of the type column -> place type, null to skip the row.",
)
@click.option("--type", "one_type", default="", help="Place type of every row, where the file has no column for it.")
@click.option("--country", help="Country of rows that name none, as two letters; default: the mechanism's.")
@click.option(
    "--encoding", type=click.Choice(ENCODINGS), help="How the file's characters are written, where the guess is wrong."
)
@click.option("--partial", is_flag=True, help="Import the good rows although others are refused.")
@command_body()
def import_file(  # noqa: PLR0917  # click calls it by keyword
    file: Path, code: str, pairs: tuple[str, ...], types_file: Path | None, one_type: str, country: str | None,
    encoding: str | None, partial: bool,
) -> None:  # fmt: skip
    """Import a register of places from a CSV file: all rows, or none when one is refused (but for --partial)."""
    mechanism = mechanism_by_code(code)
    plan = Plan(
        columns=_columns(pairs),
        country=_country(country or mechanism.country),
        types=_types(types_file) if types_file else {},
        one_type=_known_type(one_type, "--type") if one_type else "",
    )
    table = _table(file, encoding)
    preview = _preview(file, table, plan, mechanism)
    _report(preview)
    imported = 0
    if partial or not preview.refused:
        imported = operations.import_places(
            mechanism.id, preview.ready, skipped=preview.skipped, refused=preview.refused, by=None, at=datetime.now(UTC)
        )
    click.echo(f"{imported} imported, {preview.skipped} skipped, {preview.refused} refused")
    if preview.refused and not partial:
        raise Refused(f"{file}: nothing was imported; mend these lines, or leave them out with --partial")


def _columns(pairs: tuple[str, ...]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for pair in pairs:
        fact, sign, column = pair.partition("=")
        if not sign or fact not in FACTS:
            raise Refused(f"--map {pair}: write FACT=COLUMN, the fact being one of {', '.join(FACTS)}")
        if fact in columns:
            raise Refused(f"--map {pair}: {fact} has a column already")
        columns[fact] = " ".join(column.split())
    return columns


def _country(typed: str) -> str:
    try:
        return read_country(typed)
    except UnfitFact as reason:
        raise Refused(f"--country: {fact_sentence(reason)}") from reason


def _types(path: Path) -> dict[str, str | None]:
    try:
        types: object = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}") from error
    except json.JSONDecodeError as error:
        raise Refused(f"{path}: line {error.lineno}: {error.msg}") from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise Refused(f"{path}: this is not JSON in UTF-8") from error
    if not isinstance(types, dict):
        raise Refused(f"{path}: write an object of values and place types")
    return {
        value.strip(): None if type_ is None else _known_type(type_, f"{path}: “{value}”")
        for value, type_ in types.items()
    }


def _known_type(type_: Any, where: str) -> str:
    known = get_guide().place_types
    if not isinstance(type_, str) or type_ not in known:
        raise Refused(f"{where}: {type_!r} is no place type of the guide; it has {', '.join(known)}")
    return type_


def _table(file: Path, encoding: str | None) -> CsvTable:
    try:
        with file.open("rb") as opened:
            table = read_csv(opened.read(LARGEST_FILE + 1), encoding)  # what is larger is refused, and never read whole
    except OSError as error:
        raise Refused(f"{file}: {error.strerror}") from error
    except UnreadableFile as reason:
        raise Refused(f"{file}: {file_sentence(reason)}") from reason
    if table.is_guess:
        click.echo(f"{file}: read as {table.encoding}, which is a guess; another one: --encoding", err=True)
    return table


def _preview(file: Path, table: CsvTable, plan: Plan, mechanism: Mechanism) -> Preview:
    try:
        return preview_import(
            table,
            plan,
            type_names=type_names("en"),
            codes_taken=queries.codes_taken(mechanism.id),
            names_known=queries.names_known(mechanism.id),
        )
    except UnfitPlan as reason:
        raise Refused(f"{file}: {' '.join(plan_sentences(reason))}") from reason


def _report(preview: Preview) -> None:
    """Name every row that is refused and every name that occurs more than once."""
    for refusal in preview.refusals:
        click.echo(f"line {refusal.line}: {refusal_sentence(refusal)}", err=True)
    for repeated in preview.repeated:
        lines = ("lines " if len(repeated.lines) > 1 else "line ") + ", ".join(map(str, repeated.lines))
        known = " and in the register already" if repeated.is_in_register else ""
        click.echo(f"possible duplicate, not merged: “{repeated.name}” on {lines}{known}", err=True)
