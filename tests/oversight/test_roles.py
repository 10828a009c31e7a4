"""The role screen says what the rules say."""

import ast
import inspect

import pytest

from monitor.access import permissions
from monitor.access.permissions import Permission
from monitor.accounts.models import Role, User
from monitor.oversight.permission_words import PERMISSIONS
from monitor.oversight.roles import COLUMNS, Part, Reach, table
from monitor.permission_map import RULES
from monitor.visits.models import TeamRole, VisitState
from tests.client import Browser

S = VisitState
AFTER = (S.APPROVED, S.SENT_DRAFT, S.SENT_FINAL, S.PUBLISHED, S.FOLLOW_UP, S.CLOSED)
CELLS = [
    ("visit:plan", "coordinator", [Part(Reach.ALL, ())]),
    ("visit:plan", "monitor", []),
    ("visit:read", "monitor", [Part(Reach.ALL, AFTER), Part(Reach.OWN, ())]),
    ("visit:read", "health_monitor", [Part(Reach.ALL, AFTER), Part(Reach.OWN, ())]),
    ("visit:read", "outside", [Part(Reach.OWN, (S.PLANNED, S.UNDER_WAY, S.REVIEW, S.SUSPENDED))]),
    ("visit:read", "reviewer", [Part(Reach.ALL, (S.REVIEW,))]),
    ("visit:read", "administrator", []),
    ("visit:read", "data_protection", []),
    ("visit:read-protected", "reviewer", []),
    ("visit:fill", "coordinator", [Part(Reach.ALL, (S.PLANNED, S.UNDER_WAY, S.REVIEW))]),
    ("visit:submit", "monitor", []),
    ("visit:submit", "leader", [Part(Reach.OWN, ())]),
    ("keys:grant", "monitor", [Part(Reach.WITH_KEY, ())]),
    ("keys:grant", "administrator", []),
    ("file:copy", "administrator", []),
    ("file:copy", "coordinator", [Part(Reach.ALL, ())]),
    ("file:copy", "monitor", [Part(Reach.ALL, AFTER), Part(Reach.OWN, ())]),
    ("file:remove", "monitor", [Part(Reach.OWN, ())]),
    ("audit:read", "data_protection", [Part(Reach.ALL, ())]),
]


def column(name: str) -> int:
    """Return the place of a role's column; the leader is a monitor by another part on the team."""
    wanted = (Role.MONITOR, TeamRole.LEAD) if name == "leader" else (Role(name), None)
    return next(
        number
        for number, each in enumerate(COLUMNS)
        if each.role is wanted[0] and (each.on_team is TeamRole.LEAD) is (wanted[1] is TeamRole.LEAD)
    )


@pytest.mark.parametrize(("permission", "role", "parts"), CELLS)
def test_a_cell_says_what_the_rules_say(permission: str, role: str, parts: list[Part]) -> None:
    row = next(row for row in table(RULES) if row.permission == permission)
    assert list(row.cells[column(role)]) == parts


def test_a_changed_rule_changes_the_table() -> None:
    rules = {**RULES, Permission.VISIT_PLAN: RULES[Permission.USER_MANAGE]}
    row = next(row for row in table(rules) if row.permission == "visit:plan")
    assert row.cells[column("coordinator")] == ()
    assert row.cells[column("administrator")] == (Part(Reach.ALL, ()),)


def test_every_role_has_a_column() -> None:
    assert {each.role for each in COLUMNS} == set(Role)


def test_the_words_of_permissions_are_those_beside_their_names() -> None:
    (enumeration,) = [node for node in ast.parse(inspect.getsource(permissions)).body if isinstance(node, ast.ClassDef)]
    sentences = [node.value.value for node in enumeration.body[1:] if isinstance(node, ast.Expr)]
    words = {permission.value: str(PERMISSIONS[permission]) for permission in Permission}
    assert [f"{text}." for text in words.values()] == sentences


def test_administrators_reach_the_table_from_where_they_give_roles(
    web: Browser, administrator: User, monitor: User
) -> None:
    web.sign_in(administrator)
    web.get(f"/administration/users/{monitor.id}")
    page = web.get(str(web.page.find("a", string="What roles permit")["href"]))
    row = page.find("th", string="Approve a visit after review").find_parent("tr")
    cells = [cell.get_text(" ", strip=True) for cell in row.find_all("td")]
    assert cells == ["Yes" if each.role is Role.COORDINATOR else "No" for each in COLUMNS]


@pytest.mark.parametrize(("role", "shown"), [("coordinator", True), ("monitor-lead", False), ("administrator", False)])
def test_one_role_is_read_as_a_list_of_what_it_permits(
    web: Browser, administrator: User, role: str, shown: bool
) -> None:
    web.sign_in(administrator)
    page = web.get(f"/administration/roles?role={role}")
    cells = [cell.get_text(" ", strip=True) for cell in page.select(".role-table td")]
    assert cells
    assert "No" not in cells
    assert (page.find("th", string="Approve a visit after review") is not None) is shown
    assert page.select_one("#role option[selected]")["value"] == role


def test_an_unknown_role_shows_the_whole_table(web: Browser, administrator: User) -> None:
    web.sign_in(administrator)
    page = web.get("/administration/roles?role=emperor")
    assert len(page.select(".role-table thead th")) == 1 + len(COLUMNS)
