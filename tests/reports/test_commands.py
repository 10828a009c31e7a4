"""`flask reports`: documents without a running worker."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pikepdf
import pytest

from monitor.db import db
from monitor.exchange.operations import import_visit
from monitor.tenancy import act_for
from tests.factories.accounts import AT
from tests.reports.conftest import DOCUMENTS
from tests.reports.reading import ReadPdf

NORWAY = next(path for path in DOCUMENTS if path.name.startswith("no-"))


@pytest.fixture
def run(app):
    """Run a flask command; give its result."""
    return lambda *words: app.test_cli_runner().invoke(args=["reports", *map(str, words)])


@pytest.fixture
def visit_id(body):
    imported = import_visit(NORWAY.read_bytes(), body, by=None, at=AT).visit.id
    db.session.commit()  # the command writes in a session of its own
    return imported


def test_an_imported_visit_is_written_as_pdf(run, visit_id, tmp_path):
    from_command = tmp_path / "report.pdf"
    act_for(None)
    result = run("visit", visit_id, "--out", from_command)
    assert result.exit_code == 0, result.output
    found = ReadPdf(from_command.read_bytes())
    assert "Bredtveit" in found.pages[0]
    assert result.output.strip().endswith(f"{len(found.pages)} pages")
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


def test_the_language_and_paper_of_a_report_can_be_chosen(run, visit_id, tmp_path):
    result = run("visit", visit_id, "--out", tmp_path / "r.pdf", "--language", "ar", "--paper", "letter")
    assert result.exit_code == 0, result.output
    found = ReadPdf((tmp_path / "r.pdf").read_bytes())
    assert found.root.Lang == "ar"
    assert round(float(found.pike.pages[0].MediaBox[2])) == 612


def test_an_empty_form_is_written_as_pdf(run, tmp_path):
    out = tmp_path / "form.pdf"
    assert run("blank-form", "police-station", "--core", "--out", out).exit_code == 0
    assert "Visit form: Police or gendarmerie station" in ReadPdf(out.read_bytes()).pages[0]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["visit", "00000000-0000-7000-8000-000000000000"], "there is no visit 00000000-0000-7000-8000-000000000000"),
        (["blank-form", "castle"], "there is no place type 'castle'; there are: prison,"),
        (["blank-form", "prison", "--language", "xx"], "--language: there is no 'xx'; choose one of en, ar, fr"),
    ],
)
def test_bad_input_is_one_sentence_and_writes_nothing(run, tmp_path, words, sentence):
    result = run(*words, "--out", tmp_path / "x.pdf")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {sentence}")
    assert result.stderr.count("\n") == 1
    assert list(tmp_path.glob("x.pdf*")) == []


def test_a_folder_that_is_not_there_is_named(run, tmp_path):
    result = run("blank-form", "transport", "--core", "--out", tmp_path / "nowhere" / "x.pdf")
    assert result.exit_code == 1
    assert "nowhere/x.pdf: No such file or directory" in result.stderr


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_it_is_printed_on_the_day_of_the_mechanism(run, visit_id, body, tmp_path, zone):
    body.mechanism.time_zone = zone  # a day apart at every moment
    db.session.commit()
    act_for(None)
    days = [datetime.now(ZoneInfo(zone)).date()]
    result = run("visit", visit_id, "--out", tmp_path / "report.pdf")
    days.append(datetime.now(ZoneInfo(zone)).date())
    assert result.exit_code == 0, result.output
    with pikepdf.open(tmp_path / "report.pdf") as pdf:
        created = str(pdf.docinfo.CreationDate)
    assert created.removeprefix("D:")[:8] in [f"{day:%Y%m%d}" for day in days]
