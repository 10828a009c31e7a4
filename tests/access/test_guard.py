"""The guard, by made-up rules: no view without a mark, no request past it, and a start that fails rather than gapes."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask, g, render_template_string
from flask.views import View
from flask_login import LoginManager

from monitor import create_app
from monitor.access.guard import Guard, Unguarded, init_guard, mark_of, public, requires
from monitor.access.permissions import Permission as P
from monitor.config import load_settings

OWN, FOREIGN = UUID(int=1), UUID(int=2)


@dataclass
class Person:
    """Somebody with made-up rights."""

    may_plan: bool = False
    is_authenticated: bool = True


def everybody(_user, _subject):
    return True


def nobody(_user, _subject):
    return False


def may_plan(user, _subject):
    return user.may_plan


def subject_is_own(_user, subject):
    return subject == "own visit"


RULES = dict.fromkeys(P, ((nobody,),)) | {
    P.GUIDE_READ: ((everybody,),),
    P.VISIT_READ: ((nobody, everybody), (everybody, subject_is_own)),
    P.VISIT_PLAN: ((may_plan,),),
    P.VISIT_EXPORT: (),
}


def find(user: Person, visit_id: UUID) -> str | None:
    return {OWN: "own visit", UUID(int=3): "visit of a colleague"}.get(visit_id)


def make_app(rules: Mapping = RULES, subjects: Mapping | None = None) -> Flask:
    app = Flask(__name__)
    app.config.update(SECRET_KEY="made up")
    people = {"monitor": Person(), "coordinator": Person(may_plan=True)}
    LoginManager(app).request_loader(lambda request: people.get(request.headers.get("Person", "")))
    init_guard(app, Guard(rules, {"visit_id": find} if subjects is None else subjects))

    @app.get("/")
    @public
    def start() -> str:
        return "start"

    @app.get("/guide")
    @requires(P.GUIDE_READ)
    def guide() -> str:
        return "guide"

    @app.get("/visits/<uuid:visit_id>")
    @requires(P.VISIT_READ)
    def visit(visit_id: UUID) -> str:
        return g.subject

    @requires(P.VISIT_PLAN)
    @app.route("/plan", methods=["GET", "POST"])
    def plan() -> str:
        return "plan"

    @app.get("/export")
    @requires(P.VISIT_EXPORT)
    def export() -> str:
        return "export"

    return app


def answer(app: Flask, path: str, person: str = "", method: str = "GET") -> int:
    return app.test_client().open(path, method=method, headers={"Person": person}).status_code


def verify(app: Flask) -> None:
    app.extensions["guard"].verify(app)


@pytest.mark.parametrize(
    ("path", "person", "status"),
    [
        ("/", "", 200),
        ("/", "monitor", 200),
        ("/guide", "", 401),
        ("/guide", "monitor", 200),
        ("/plan", "", 401),
        ("/plan", "monitor", 403),
        ("/plan", "coordinator", 200),
        (f"/visits/{OWN}", "", 401),
        (f"/visits/{OWN}", "monitor", 200),
        (f"/visits/{FOREIGN}", "monitor", 404),
        (f"/visits/{FOREIGN}", "", 401),
        (f"/visits/{UUID(int=3)}", "monitor", 403),
        ("/export", "coordinator", 403),
        ("/nowhere", "", 404),
        ("/nowhere", "monitor", 404),
    ],
)
def test_guard_answers_by_the_rules(path, person, status):
    app = make_app()
    verify(app)
    assert answer(app, path, person) == status


def test_subject_is_what_the_loader_found():
    assert make_app().test_client().get(f"/visits/{OWN}", headers={"Person": "monitor"}).text == "own visit"


def test_wrong_method_is_405_and_every_method_is_guarded():
    app = make_app()
    assert answer(app, "/guide", "monitor", "POST") == 405
    assert answer(app, "/plan", "monitor", "POST") == 403
    assert answer(app, "/plan", "coordinator", "POST") == 200


def test_one_alternative_with_all_its_facts_is_enough():
    guard = Guard({P.VISIT_READ: ((nobody, everybody), (everybody, everybody))}, {})
    assert guard.permits(Person(), P.VISIT_READ)
    guard = Guard({P.VISIT_READ: ((nobody, everybody), (everybody, nobody))}, {})
    assert not guard.permits(Person(), P.VISIT_READ)


def test_permission_without_alternatives_is_nobodys():
    assert not Guard({P.VISIT_READ: ()}, {}).permits(Person(), P.VISIT_READ)


def test_start_fails_for_a_bare_route():
    app = make_app()

    @app.get("/forgotten")
    def forgotten() -> str:
        return "open to everybody"

    with pytest.raises(Unguarded, match="forgotten"):
        verify(app)


def test_start_of_the_application_itself_fails_for_a_bare_route(tmp_path, monkeypatch):
    settings = load_settings(instance=tmp_path, environment="testing", password_work="light")
    create_app(settings)
    init = init_guard

    def init_with_hole(app: Flask, guard: Guard) -> None:
        init(app, guard)
        app.add_url_rule("/forgotten", "forgotten", lambda: "open to everybody")

    monkeypatch.setattr("monitor.init_guard", init_with_hole)
    with pytest.raises(Unguarded, match="forgotten"):
        create_app(settings)


def test_route_added_after_the_start_is_closed_to_everybody():
    app = make_app()
    verify(app)

    @app.get("/late")
    def late() -> str:
        return "open to everybody"

    assert answer(app, "/late") == 403
    assert answer(app, "/late", "coordinator") == 403


def test_start_fails_for_a_class_of_views_without_a_mark():
    class Forgotten(View):
        def dispatch_request(self) -> str:
            return "open to everybody"

    app = make_app()
    app.add_url_rule("/forgotten", view_func=Forgotten.as_view("forgotten"))
    with pytest.raises(Unguarded, match="forgotten"):
        verify(app)


def test_start_fails_for_a_permission_without_a_rule():
    rules = {permission: rule for permission, rule in RULES.items() if permission != P.VISIT_SUBMIT}
    with pytest.raises(Unguarded, match="visit:submit"):
        verify(make_app(rules))


def test_start_fails_for_an_address_whose_subject_cannot_be_loaded():
    with pytest.raises(Unguarded, match="visit_id"):
        verify(make_app(subjects={}))


def test_start_fails_for_an_address_with_two_subjects():
    app = make_app(subjects={"visit_id": find, "place_id": find})

    @app.get("/visits/<uuid:visit_id>/places/<uuid:place_id>")
    @requires(P.VISIT_READ)
    def two(visit_id: UUID, place_id: UUID) -> str:
        return "which of them was checked?"

    with pytest.raises(Unguarded, match="visit_id"):
        verify(app)


def test_mark_stands_whatever_the_order_of_decorators():
    app = make_app()
    assert mark_of(app, "plan").permission is P.VISIT_PLAN
    assert mark_of(app, "guide").permission is P.GUIDE_READ
    assert mark_of(app, "start").permission is None
    assert mark_of(app, "nowhere") is None
    assert mark_of(app, None) is None


def test_static_files_are_open_to_everybody():
    app = make_app()
    assert mark_of(app, "static").permission is None
    assert answer(app, "/static/nowhere.css") == 404


def test_templates_ask_the_same_table():
    app = make_app()

    @app.get("/buttons")
    @public
    def buttons() -> str:
        return render_template_string(
            "{{ can('visit:plan') }} {{ can('visit:read', 'own visit') }} {{ can('visit:read', 'another') }}"
        )

    def seen(person: str) -> str:
        return app.test_client().get("/buttons", headers={"Person": person}).text

    assert seen("coordinator") == "True True False"
    assert seen("monitor") == "False True False"
    assert seen("") == "False False False"


def test_template_that_asks_for_an_unknown_permission_fails():
    app = make_app()
    app.config["PROPAGATE_EXCEPTIONS"] = True

    @app.get("/buttons")
    @public
    def buttons() -> str:
        return render_template_string("{{ can('visit:paln') }}")

    with pytest.raises(ValueError, match="visit:paln"):
        app.test_client().get("/buttons", headers={"Person": "monitor"})


def test_marks_say_what_counts_as_use_and_what_works_while_locked():
    @requires(P.SESSION_OWN, counts_as_use=False, works_while_locked=True)
    def unlock() -> None: ...

    @requires(P.SESSION_OWN)
    def use() -> None: ...

    @public
    def sign_in() -> None: ...

    marks = [view.access_mark for view in (unlock, use, sign_in)]
    assert [(mark.counts_as_use, mark.works_while_locked) for mark in marks] == [
        (False, True),
        (True, False),
        (False, True),
    ]


def test_permissions_are_named_subject_and_verb_in_alphabetical_order():
    names = [permission.value for permission in P]
    assert names == sorted(names)
    assert all(name.count(":") == 1 and name.islower() for name in names)
    assert [permission.name for permission in P] == [name.upper().replace(":", "_").replace("-", "_") for name in names]
