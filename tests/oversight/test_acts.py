"""Every tag that is recorded anywhere has words."""

import ast
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from monitor.accounts.models import NoticeKind
from monitor.audit.models import AuditEvent
from monitor.config import ROOT
from monitor.db import db
from monitor.oversight.acts import ACTS, KINDS, RECORDS, act_of, record_of
from monitor.tenancy import across_mechanisms
from monitor.visits.states import STEPS

MADE_OF = {
    "visit:{}": [f"visit:{name}" for name in STEPS],
    "user:{}": [f"user:{kind.value.replace('_', '-')}" for kind in NoticeKind],
}
"""Tags that are put together when they are recorded -> what they can become."""


def recorders(tree: ast.AST) -> set[str]:
    """Return the functions of a module whose first argument is called `tag`."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return {function.name for function in functions if function.args.args and function.args.args[0].arg == "tag"}


def said(node: ast.expr, constants: dict[str, str]) -> Iterator[str]:
    """Yield the tags that an expression can be; those made at run time with braces."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Name(id=name) if name in constants:
            yield constants[name]
        case ast.IfExp(body=one, orelse=other):
            yield from said(one, constants)
            yield from said(other, constants)
        case ast.JoinedStr(values=parts):
            yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in parts)


def constants_of(tree: ast.Module) -> dict[str, str]:
    """Return the names that a module gives to strings."""
    found = {}
    for node in tree.body:
        target = node.target if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [None])[0]
        value = getattr(node, "value", None)
        if isinstance(target, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
            found[target.id] = value.value
    return found


def recorded(folder: Path) -> set[str]:
    """Return every tag that the code in a folder records."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in folder.rglob("*.py")]
    constants: dict[str, str] = {}
    everywhere = {"record_event", "note_departure"}
    for tree in trees:
        constants |= constants_of(tree)
    found: set[str] = set()
    for tree in trees:
        names = everywhere | recorders(tree)
        own = constants | constants_of(tree)
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args):
            if getattr(call.func, "id", getattr(call.func, "attr", "")) in names:
                found |= set(said(call.args[0], own))
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "tag":
                found |= set(said(node.value, own))
    return {tag for text in found for tag in MADE_OF.get(text, [text])}


def test_every_tag_in_the_code_has_words() -> None:
    tags = recorded(ROOT / "monitor")
    assert {"visit:approve", "record:read", "session:opened", "user:roles-changed", "log:checked"} <= tags
    assert sorted(tags - ACTS.keys()) == []
    assert sorted({tag.partition(":")[0] for tag in tags} - RECORDS.keys()) == []


def test_a_tag_without_words_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "some.py").write_text('record_event("moon:landed" if by else "moon:left", by=None)\n')
    assert recorded(tmp_path) - ACTS.keys() == {"moon:landed", "moon:left"}


def test_words_stand_for_acts_that_are_recorded_and_in_one_kind_alone() -> None:
    assert sorted(ACTS.keys() - recorded(ROOT / "monitor")) == []
    assert sum(len(kind.acts) for kind in KINDS.values()) == len(ACTS)


def test_everything_that_the_training_mechanism_recorded_has_words(training_app: object) -> None:
    with across_mechanisms():
        tags = set(db.session.scalars(select(AuditEvent.tag).distinct()))
    assert tags
    assert tags <= ACTS.keys()


def test_an_act_of_another_release_is_shown_by_its_tag() -> None:
    assert (act_of("moon:landed"), record_of("moon:landed")) == ("moon:landed", "moon")
