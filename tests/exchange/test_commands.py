"""`flask visits import` and `flask visits export`."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import Result
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from monitor.accounts.models import Body, Mechanism
from monitor.accounts.queries import get_mechanism
from monitor.answers.operations import Change
from monitor.audit.models import AuditEvent
from monitor.db import db, new_id
from monitor.places.models import Place
from monitor.tenancy import across_mechanisms
from monitor.visits.models import Visit, VisitState
from tests.exchange.documents import FILES, FOLDER, as_bytes, bordeaux, put, spoilt
from tests.factories import accounts, places, visits

Run = Callable[..., Result]


@pytest.fixture
def code(mechanism: Mechanism) -> str:
    """The code of the mechanism: its row leaves the session with the first command."""
    return mechanism.code


@pytest.fixture
def run(cli: FlaskCliRunner, code: str) -> Iterator[Run]:
    """Run `flask visits ...` after letting go of the test's own transaction; the test then reads across mechanisms."""

    def run_command(*arguments: object) -> Result:
        db.session.rollback()
        return cli.invoke(args=["visits", *map(str, arguments)])

    with across_mechanisms():
        yield run_command


def counts() -> tuple[int, ...]:
    return tuple(
        db.session.scalar(select(func.count()).select_from(model)) or 0 for model in (Visit, Place, AuditEvent)
    )


def body_of(code: str) -> Body:
    mechanism = get_mechanism(code)
    assert mechanism is not None
    return accounts.only_body(mechanism)


def own_visit(code: str, *answers: Change) -> UUID:
    """Make a visit that was never imported; return its id."""
    body = body_of(code)
    visit = visits.under_way(places.place(body.mechanism), lead=accounts.monitor(body), form="full")
    visits.operations.record_answers(visit, answers, by=None, at=accounts.AT)
    db.session.commit()
    return visit.id


def assert_refused(result: Result, sentence: str) -> None:
    """Hold a refusal against the contract: exit 1, nothing on stdout, one line on stderr that says this."""
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1, result.stderr
    assert sentence in result.stderr


def test_files_are_imported_and_each_visits_id_is_printed(run: Run, code: str) -> None:
    result = run("import", *FILES, "--mechanism", code)
    assert (result.exit_code, result.stderr) == (0, "")
    ids = [UUID(line) for line in result.stdout.splitlines()]
    found = [db.session.get_one(Visit, id_) for id_ in ids]
    assert [visit.place.country for visit in found] == [path.name[:2].upper() for path in FILES]
    assert {visit.state for visit in found} == {VisitState.REVIEW}
    assert {visit.body.mechanism.code for visit in found} == {code}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_was_imported_is_exported_to_the_byte(path: Path, run: Run, code: str) -> None:
    id_ = run("import", path, "--mechanism", code).stdout.strip()
    result = run("export", id_)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout_bytes == path.read_bytes()


def test_of_several_files_all_or_none_are_imported(run: Run, code: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_bytes(spoilt(put("visit", "kind", value="surprise")))
    before = counts()
    result = run("import", FILES[0], FILES[1], bad, FILES[2], "--mechanism", code)
    assert_refused(result, f"{bad}: visit.kind 'surprise' is none of in-depth")
    assert counts() == before


def test_a_document_is_imported_once_unless_wanted_again(run: Run, code: str) -> None:
    first = run("import", FILES[0], "--mechanism", code).stdout.strip()
    after_first = counts()
    assert_refused(
        run("import", FILES[0], "--mechanism", code),
        f"{FILES[0]}: this document was imported before, as visit {first}",
    )
    assert_refused(run("import", FILES[1], FILES[0], "--mechanism", code), f"as visit {first}")
    assert counts() == after_first
    again = run("import", FILES[0], "--mechanism", code, "--again")
    assert again.exit_code == 0
    assert again.stdout.strip() != first
    assert counts()[:2] == (after_first[0] + 1, after_first[1])


def test_the_same_file_named_twice_is_refused(run: Run, code: str) -> None:
    before = counts()
    assert_refused(run("import", FILES[0], FILES[0], "--mechanism", code), "this document was imported before")
    assert counts() == before


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "line 1: not JSON"),
        ("{}".encode("utf-16"), "the file is not UTF-8 text (byte 1)"),
        (b"{}" + b" " * 6_000_000, "the file is larger than 5 MB"),
        (b"[" * 100_000, "the file is nested too deeply"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b'{"a": 1, "a": 2}', "key 'a' stands twice in one object"),
        (spoilt(put("visit", "summary", value="a\ud800")), "visit.summary: The text holds half of a character"),
        (spoilt(put("x\n\ud800\x1b", value=1)), r"the document: unknown key 'x\n\ud800\x1b'"),
    ],
    ids=range(8),
)
def test_a_file_that_is_no_visit_document_is_refused_by_name(
    content: bytes, sentence: str, run: Run, code: str, tmp_path: Path
) -> None:
    path = tmp_path / "visit.json"
    path.write_bytes(content)
    before = counts()
    assert_refused(run("import", path, "--mechanism", code), f"{path}: {sentence}")
    assert counts() == before


def test_a_file_that_is_not_there_is_named(run: Run, code: str, tmp_path: Path) -> None:
    missing = tmp_path / "no-such.json"
    assert_refused(run("import", missing, "--mechanism", code), f"{missing}: No such file or directory")
    assert_refused(run("import", FOLDER, "--mechanism", code), f"{FOLDER}: Is a directory")


def test_an_unknown_mechanism_is_named(run: Run) -> None:
    assert_refused(run("import", FILES[0], "--mechanism", "NOWHERE"), "there is no mechanism with the code NOWHERE")


def test_the_body_can_be_named_and_is_the_first_otherwise(run: Run, code: str) -> None:
    first = body_of(code)
    second = accounts.other_body(first.mechanism, name="Health commission")
    ids, first_name = [first.id, second.id], first.name
    assumed = run("import", FILES[0], "--mechanism", code)
    named = run("import", FILES[1], "--mechanism", code, "--body", "Health commission")
    bodies = [db.session.get_one(Visit, UUID(result.stdout.strip())).body_id for result in (assumed, named)]
    assert bodies == ids
    assert "--body" in assumed.stderr
    unknown = run("import", FILES[2], "--mechanism", code, "--body", "Nobody")
    assert_refused(unknown, f"{code} has no body of this name; it has {first_name}, Health commission")


def test_a_place_of_the_same_name_is_reported(run: Run, code: str, tmp_path: Path) -> None:
    run("import", FILES[0], "--mechanism", code)
    path = tmp_path / "fr-elsewhere-2022.json"
    data = bordeaux()
    data["place"]["region"], data["source"]["url"] = "Elsewhere", "https://npm.example/other"
    path.write_bytes(as_bytes(data))
    result = run("import", path, "--mechanism", code)
    assert result.exit_code == 0
    assert "possible duplicate of the place" in result.stderr


def test_an_export_that_cannot_be_says_why(run: Run, code: str) -> None:
    assert_refused(run("export", missing := new_id()), f"there is no visit {missing}")
    not_an_id = run("export", "northgate")
    assert (not_an_id.exit_code, not_an_id.stdout) == (2, "")
    assert "'northgate' is not a valid UUID" in not_an_id.stderr
    own = own_visit(code, Change("env-light", "partly"))
    assert_refused(run("export", own), "these answers lack a value or a required comment: env-light")


def test_an_own_visit_is_exported_as_a_document(run: Run, code: str) -> None:
    own = own_visit(code)
    data = json.loads(run("export", own).stdout)
    assert data["source"]["url"].endswith(str(own))
