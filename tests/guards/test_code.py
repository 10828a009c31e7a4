"""Rules of the code that no linter knows: what stands where, who commits, what is said of every operation."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from monitor.config import ROOT

Function = ast.FunctionDef | ast.AsyncFunctionDef
PACKAGE = ROOT / "monitor"
LONGEST_MODULE = 400
LONGEST_FUNCTION = 40
OUTSIDE = ("migrations/",)
"""Run by Alembic, which names and calls their functions."""
MAY_COMMIT = (
    "accounts/session.py",
    "cli/",
    "insight/tasks.py",
    "jobs/queue.py",
    "reports/tasks.py",
    "vault/reading.py",
    "web/commit.py",
    "web/errors.py",
)
"""Where a transaction ends: after a request, a command, a job or the note of a reading; operations only flush."""
MAY_EXECUTE_PLAINLY = ("accounts/session.py", "db.py", "search/models.py", "tenancy.py")
"""The note of a session's use goes through a connection of its own; the settings of SQLite are no rows; its full text
gives numbers of entries, which are read through the wall."""
VAGUE = {"common", "helpers", "utils", "util", "misc", "services"}


def parsed() -> Iterator[tuple[str, ast.Module, str]]:
    """Yield name, tree and text of every module of the package."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if not name.startswith(OUTSIDE):
            text = path.read_text(encoding="utf-8")
            yield name, ast.parse(text), text


def functions(tree: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def hidden_imports(name: str, tree: ast.Module, _text: str) -> Iterator[str]:
    """An import inside a function hides who needs whom."""
    for function in functions(tree):
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield f"{name}:{node.lineno}: import inside {function.name}"


def unguarded_statements(name: str, tree: ast.Module, _text: str) -> Iterator[str]:
    """Statements on tables, plain SQL and legacy queries go round the wall between mechanisms."""
    if name in MAY_EXECUTE_PLAINLY:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("query", "__table__", "exec_driver_sql", "connection"):
            yield f"{name}:{node.lineno}: .{node.attr}"
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
            yield from (
                f"{name}:{node.lineno}: {alias.name} of sqlalchemy"
                for alias in node.names
                if alias.name in ("text", "table", "Table", "literal_column", "TextClause")
            )


def commits(name: str, tree: ast.Module, _text: str) -> Iterator[str]:
    """Only where a request, a command or a job ends."""
    if name.startswith(MAY_COMMIT):
        return
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("commit", "rollback")
        ):
            yield f"{name}:{node.lineno}: .{node.func.attr}()"


def undocumented(name: str, tree: ast.Module, _text: str) -> Iterator[str]:
    """Every module opens with a sentence, every public operation and query says what it does."""
    if not re.match(r"[A-Z`].*[.:?]", ast.get_docstring(tree) or ""):
        yield f"{name}: does not open with a sentence"
    for node in tree.body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node):
            yield f"{name}:{node.lineno}: {node.name} says nothing"


def untyped(name: str, tree: ast.Module, _text: str) -> Iterator[str]:
    """Every function says what it returns."""
    yield from (f"{name}:{each.lineno}: {each.name} has no return type" for each in functions(tree) if not each.returns)


def too_long(name: str, tree: ast.Module, text: str) -> Iterator[str]:
    """A module or function that outgrew its room is cut where the nouns differ."""
    lines = text.count("\n")
    if lines > LONGEST_MODULE:
        yield f"{name}: {lines} lines"
    for each in functions(tree):
        length = (each.end_lineno or each.lineno) - each.lineno + 1
        if length > LONGEST_FUNCTION:
            yield f"{name}:{each.lineno}: {each.name} has {length} lines"


def vague_names(name: str, _tree: ast.Module, _text: str) -> Iterator[str]:
    """A function lives in the domain that owns the noun."""
    yield from (f"{name}: {part} is no noun of the field" for part in Path(name).with_suffix("").parts if part in VAGUE)


def naive_moments(name: str, tree: ast.Module, _text: str) -> Iterator[str]:
    """Operations and queries are told the moment; they never look at the clock."""
    if Path(name).stem not in ("models", "operations", "predicates", "queries"):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("now", "today"):
            yield f"{name}:{node.lineno}: {node.func.attr}()"


Rule = Callable[[str, ast.Module, str], Iterator[str]]
RULES: list[Rule] = [
    hidden_imports, unguarded_statements, commits, undocumented, untyped, too_long, vague_names, naive_moments,
]  # fmt: skip

BROKEN: dict[Rule, tuple[str, str, str]] = {
    hidden_imports: (
        "visits/forms.py",
        '"""A."""\ndef f() -> None:\n    import os',
        "visits/forms.py:3: import inside f",
    ),
    unguarded_statements: ("visits/queries.py", "select(Visit.__table__)", "visits/queries.py:1: .__table__"),
    commits: ("visits/operations.py", "db.session.commit()", "visits/operations.py:1: .commit()"),
    undocumented: (
        "visits/operations.py",
        '"""Writes."""\ndef start(): ...',
        "visits/operations.py:2: start says nothing",
    ),
    untyped: ("visits/views.py", "def show(): ...", "visits/views.py:1: show has no return type"),
    too_long: ("visits/views.py", "\n" * 401, "visits/views.py: 401 lines"),
    vague_names: ("visits/helpers.py", "", "visits/helpers.py: helpers is no noun of the field"),
    naive_moments: ("visits/operations.py", "at = datetime.now(UTC)", "visits/operations.py:1: now()"),
}
"""For each rule a module that breaks it."""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_module_keeps_the_rule(rule: Rule) -> None:
    assert [problem for module in parsed() for problem in rule(*module)] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_module_that_breaks_the_rule_is_noticed(rule: Rule) -> None:
    name, text, problem = BROKEN[rule]
    assert problem in list(rule(name, ast.parse(text), text))


@pytest.mark.parametrize(
    "text",
    [
        "Visit.query.all()",
        "from sqlalchemy import text",
        "from sqlalchemy.sql import table",
        "db.session.connection().execute(x)",
        "connection.exec_driver_sql('DELETE')",
    ],
)
def test_a_way_round_the_wall_is_noticed(text: str) -> None:
    assert list(unguarded_statements("visits/queries.py", ast.parse(text), text))


def test_a_function_that_outgrew_its_room_is_noticed() -> None:
    text = "def f() -> None:\n" + "    x = 1\n" * 40
    assert list(too_long("a.py", ast.parse(text), text)) == ["a.py:1: f has 41 lines"]
