"""What the documents say must be true: the make targets and flask commands that they name exist."""

import re
import shlex

import click
import pytest
from flask import Flask
from flask.cli import FlaskGroup, ScriptInfo

from monitor.config import ROOT

DOCUMENTS = [path.name for path in sorted(ROOT.glob("*.md"))]


def commands_in(markdown: str, program: str) -> list[list[str]]:
    """Return the words after each `program` in code spans and code blocks, one list per command."""
    code = re.findall(r"```\w*\n(.*?)```|`([^`\n]+)`", markdown, re.DOTALL)
    lines = [line for block, span in code for line in (block or span).replace("\\\n", " ").splitlines()]
    found = [re.match(rf"\s*(?:\$ )?(?:\w+=\S+ )*(?:\.venv/bin/)?{program}\s+(.*)", line) for line in lines]
    return [shlex.split(match[1], comments=True) for match in found if match]


def unknown_targets(markdown: str, makefile: str) -> list[str]:
    targets = set(re.findall(r"^([\w-]+):", makefile, re.MULTILINE))
    words = [word for command in commands_in(markdown, "make") for word in command if "=" not in word]
    return [word for word in words if word not in targets]


def unknown_flask_commands(markdown: str, app: Flask) -> list[str]:
    """Return the flask commands and options in this text that the application does not have; `flask ...` is none."""
    problems = []
    for words in commands_in(re.sub(r"flask --app \S+", "flask", markdown), "flask"):
        if words == ["..."]:
            continue
        command: click.Command | None = FlaskGroup(create_app=lambda: app)
        context = click.Context(command, obj=ScriptInfo(create_app=lambda: app))
        rest = list(words)
        while isinstance(command, click.Group) and rest:
            command = command.get_command(context, rest.pop(0))
        options = {option for parameter in command.params for option in parameter.opts} if command else set()
        unknown = [word for word in rest if word.startswith("--") and word.split("=")[0] not in options]
        if command is None or isinstance(command, click.Group) or unknown:
            problems.append(shlex.join(words))
    return problems


@pytest.mark.parametrize("name", DOCUMENTS)
def test_make_targets_of_the_documents_exist(name: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert unknown_targets((ROOT / name).read_text(encoding="utf-8"), makefile) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_flask_commands_of_the_documents_exist(name: str, app: Flask) -> None:
    assert unknown_flask_commands((ROOT / name).read_text(encoding="utf-8"), app) == []


def test_the_readme_names_the_two_commands_to_start_with() -> None:
    commands = commands_in((ROOT / "README.md").read_text(encoding="utf-8"), "make")
    assert ["run"] in commands
    assert ["test"] in commands


def test_a_make_target_is_named_when_it_does_not_exist() -> None:
    markdown = (
        "Call `make run`, then `MONITOR_PORT=1 make fly`:\n```sh\n$ make test  # all of it\nmake lock UPGRADE=x\n```\n"
    )
    assert commands_in(markdown, "make") == [["run"], ["fly"], ["test"], ["lock", "UPGRADE=x"]]
    assert unknown_targets(markdown, "run: setup\ntest:\nlock:\n") == ["fly"]


def test_a_flask_command_is_named_when_it_does_not_exist(app: Flask) -> None:
    true = "`flask ...`, `flask --app wsgi db upgrade`, `flask db revision --message 'what it does'`"
    assert unknown_flask_commands(true, app) == []
    untrue = "`flask db fly`, `.venv/bin/flask db upgrade --sideways`, `flask --app wsgi fly`, `flask db`"
    assert unknown_flask_commands(untrue, app) == ["db fly", "db upgrade --sideways", "fly", "db"]
