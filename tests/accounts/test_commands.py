"""`flask mechanisms`, `flask users`, `flask audit`: what they print, what they refuse."""

import re
from contextvars import Context

import pytest
from sqlalchemy import select

from monitor.accounts import factors, queries
from monitor.accounts.models import Role, User
from monitor.audit.models import AuditEvent
from monitor.db import db
from monitor.tenancy import across_mechanisms
from tests.accounts.conftest import is_open, keep_recovery_key, sign_in_by_password

ADD = ("mechanisms", "add", "NPM1", "--name", "Mechanism of Nerevia", "--country", "XA")


@pytest.fixture
def run(app):
    """Run a command as from the command line; gives (exit code, stdout, stderr)."""

    def run(*arguments: str) -> tuple[int, str, str]:
        db.session.commit()
        result = Context().run(app.test_cli_runner().invoke, args=list(arguments))
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result.exit_code, result.stdout, result.stderr

    return run


def test_first_administrator_comes_in_by_command_and_link(run, web):
    assert run(*ADD) == (0, "NPM1\n", "")
    who = ("Ana@NPM.example", "--mechanism", "NPM1", "--role", "administrator", "--name", "Ana")
    code, out, _ = run("users", "add", *who)
    assert code == 0
    (path,) = re.fullmatch(r"http://localhost:8000(/link/\S{43})\n", out).groups()
    web.get(path)
    web.submit("choose-password", {"new_password": "seven green kettles hum", "again": "seven green kettles hum"})
    keep_recovery_key(web)
    sign_in_by_password(web, "ana@npm.example", "seven green kettles hum")
    assert is_open(web)
    assert "Administration" in web.page.get_text()


def test_link_names_the_public_address(run, app):
    run(*ADD)
    settings = app.extensions["settings"]
    app.extensions["settings"] = settings.model_copy(update={"public_url": "https://monitor.example"})
    _, out, _ = run("users", "add", "ana@npm.example", "--mechanism", "NPM1", "--role", "monitor")
    assert out.startswith("https://monitor.example/link/")


def test_new_link_ends_the_one_before(run, web):
    run(*ADD)
    _, first, _ = run("users", "add", "ana@npm.example", "--mechanism", "NPM1", "--role", "monitor")
    _, second, _ = run("users", "link", "ANA@npm.example")
    web.get(first.strip().removeprefix("http://localhost:8000"), status=410)
    web.get(second.strip().removeprefix("http://localhost:8000"))


def test_several_roles_in_one_body(run):
    run(*ADD)
    run("users", "add", "ana@npm.example", "--mechanism", "NPM1", "--role", "monitor", "--role", "coordinator")
    with across_mechanisms():
        user = queries.get_user_by_email("ana@npm.example")
        assert {held.role for held in user.roles} == {Role.MONITOR, Role.COORDINATOR}
        assert user.name == "ana@npm.example"


def test_people_are_listed_with_their_state(run, mechanism, monitor):
    run("users", "add", "ana@npm.example", "--mechanism", mechanism.code, "--role", "monitor", "--name", "Ana")
    body = queries.list_bodies(mechanism.id)[0].name
    _, out, _ = run("users", "list", "--mechanism", mechanism.code)
    assert out.splitlines() == [
        f"{mechanism.code}\tana@npm.example\tAna\tmonitor ({body})\tinvited",
        f"{mechanism.code}\t{monitor.email}\t{monitor.name}\tmonitor ({body})\tactive",
    ]


def test_mechanism_in_another_language(run):
    assert run("mechanisms", "add", "MNP", "--name", "Mécanisme", "--country", "fr", "--language", "fr")[0] == 0
    with across_mechanisms():
        mechanism = queries.get_mechanism("MNP")
        assert (mechanism.names, mechanism.languages, mechanism.country) == ({"fr": "Mécanisme"}, ["fr"], "FR")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (ADD, "there is a mechanism with the code NPM1 already"),
        (("mechanisms", "add", "N P M", "--name", "x", "--country", "XA"), "letters, digits and hyphens"),
        (("mechanisms", "add", "X", "--name", " ", "--country", "XA"), "--name"),
        (("mechanisms", "add", "X", "--name", "a\x1bb", "--country", "XA"), "--name"),
        (("mechanisms", "add", "X", "--name", "x", "--country", "NOR"), "--country"),
        ((*ADD, "--reference-scheme", "{place}-{year}"), "must hold {number}"),
        (("mechanisms", "add", "X", "--name", "x", "--country", "XA", "--language", "xx"), "--language"),
        (("users", "add", "a@b", "--mechanism", "NONE", "--role", "monitor"), "no mechanism with the code NONE"),
        (("users", "add", "nobody", "--mechanism", "NPM1", "--role", "monitor"), "no e-mail address"),
        (("users", "add", "a b@c", "--mechanism", "NPM1", "--role", "monitor"), "no e-mail address"),
        (("users", "add", "a@b", "--mechanism", "NPM1", "--role", "monitor", "--body", "Other"), "--body"),
        (("users", "add", "a@b", "--mechanism", "NPM1", "--role", "monitor", "--name", "a\nb"), "--name"),
        (("users", "link", "nobody@npm.example"), "nobody has the address"),
        (("users", "list", "--mechanism", "NONE"), "no mechanism with the code NONE"),
    ],
)
def test_bad_input_is_one_sentence_and_writes_nothing(run, arguments, said):
    run(*ADD)
    code, out, error = run(*arguments)
    assert code == 1
    assert out == ""
    assert len(error.splitlines()) == 1
    assert said in error
    with across_mechanisms():
        assert len(queries.list_mechanisms()) == 1
        assert not db.session.scalars(select(User)).all()


def test_unknown_role_is_refused(run):
    run(*ADD)
    assert run("users", "add", "a@b", "--mechanism", "NPM1", "--role", "emperor")[0] != 0


def test_address_taken_is_said(run):
    run(*ADD)
    run("users", "add", "ana@npm.example", "--mechanism", "NPM1", "--role", "monitor")
    code, _, error = run("users", "add", "ANA@npm.example", "--mechanism", "NPM1", "--role", "monitor")
    assert code == 1
    assert "somebody has the address ana@npm.example already" in error


def test_codes_are_allowed_and_forbidden_again_by_command(run, mechanism, coordinator):
    assert factors.needs_passkey(coordinator)
    assert run("mechanisms", "second-factor", mechanism.code, "codes") == (0, "", "")
    db.session.refresh(mechanism)
    assert not factors.needs_passkey(coordinator)
    run("mechanisms", "second-factor", mechanism.code, "passkey")
    db.session.refresh(mechanism)
    assert factors.needs_passkey(coordinator)
    events = db.session.scalars(select(AuditEvent.detail).where(AuditEvent.tag == "mechanism:changed")).all()
    assert events == [{"fields": ["codes_suffice"]}] * 2
    assert run("mechanisms", "second-factor", "NONE", "codes")[0] == 1


def test_passwords_never_pass_the_command_line(app):
    for group in ("users", "mechanisms"):
        for command in app.cli.commands[group].commands.values():
            assert not [option.name for option in command.params if "password" in option.name]


def test_sound_record_is_verified_with_its_head(run, mechanism, monitor):
    code, out, error = run("audit", "verify")
    assert (code, error) == (0, "")
    assert re.fullmatch(rf"{mechanism.code}: (\d+) events, head \1:[0-9a-f]{{64}}\n", out)


def test_tampered_record_is_named_and_fails(run, mechanism, monitor):
    run(*ADD)
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence)).all()[2]
    event.tag = "visit:approved"
    db.session.commit()
    code, out, error = run("audit", "verify")
    assert code == 1
    assert "NPM1: 2 events" in out
    assert f"{mechanism.code}: event 3 is not as it was written" in error
