"""No view without a mark, no request past the guard: default deny, in one place.

A view carries `@requires(permission)` or `@public`; the mark only notes. Before each request the guard looks the mark
up, asks for sign-in, loads the subject named in the address, answers 404 when the user may not see it and 403 when the
rule says no. `verify` stops the start when a mark or a rule is missing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from uuid import UUID

from flask import Flask, abort, g, request
from flask_login import current_user
from werkzeug.routing import UUIDConverter

from monitor.access.permissions import Permission

STEP_UP: Final = 428
"""The status (Precondition Required) of what has to wait until the person proved once more to be there."""
View = TypeVar("View", bound=Callable[..., Any])
Predicate = Callable[[Any, Any], bool]
Rules = Mapping[Permission, Sequence[Sequence[Predicate]]]
"""permission -> alternatives -> predicates(user, subject): one alternative with all its predicates true is enough."""
SubjectLoader = Callable[[Any, UUID], Any]


class Unguarded(RuntimeError):
    """A view has no mark, or a permission no rule: the application must not start."""


@dataclass(frozen=True)
class Mark:
    """What a view says about itself: the permission it needs (None: open to everybody)."""

    permission: Permission | None
    counts_as_use: bool = True
    """False for polling: it does not keep a session from locking."""
    works_while_locked: bool = False
    """True for the few views a locked session needs: unlock, sign out."""
    works_before_factor: bool = False
    """True for the few views that know who is there before the second factor: to everything else nobody is."""
    steps_up: bool = False
    """True for acts that ask whether the person is still there: export, grants, keys, people."""


def requires(
    permission: Permission,
    *,
    counts_as_use: bool = True,
    works_while_locked: bool = False,
    works_before_factor: bool = False,
    steps_up: bool = False,
) -> Callable[[View], View]:
    """Mark a view as needing this permission."""
    return _mark(Mark(permission, counts_as_use, works_while_locked, works_before_factor, steps_up))


def public(view: View) -> View:
    """Mark a view as open to everybody, signed in or not."""
    return _mark(Mark(None, counts_as_use=False, works_while_locked=True))(view)


def public_at_every_stage(view: View) -> View:
    """Mark a view as open to everybody, and as one that knows who is there even before the second factor."""
    return _mark(Mark(None, counts_as_use=False, works_while_locked=True, works_before_factor=True))(view)


def _mark(mark: Mark) -> Callable[[View], View]:
    def note(view: View) -> View:
        view.__dict__["access_mark"] = mark
        return view

    return note


def mark_of(app: Flask, endpoint: str | None) -> Mark | None:
    """Return the mark of an endpoint's view, None where there is none."""
    view = app.view_functions.get(endpoint or "")
    return getattr(view, "access_mark", None)


class Guard:
    """Asks the one table of rules; built by create_app from the rules and the loaders of subjects."""

    def __init__(self, rules: Rules, subjects: Mapping[str, SubjectLoader]) -> None:
        """`subjects` maps the name of an address argument (`visit_id`) to the query that finds what one may see."""
        self.rules = rules
        self.subjects = subjects

    def permits(self, user: Any, permission: Permission, subject: object = None) -> bool:
        """Say whether the rules let this user do this, with this subject where the act has one."""
        return any(all(predicate(user, subject) for predicate in way) for way in self.rules[permission])

    def can(self, permission: str, subject: object = None) -> bool:
        """For templates: may the person signed in do this? Unknown names are an error, not a no."""
        if not current_user.is_authenticated:
            return False
        return self.permits(current_user, Permission(permission), subject)

    def check_request(self, app: Flask) -> None:
        """Run after sign-in was established and before the view: 401, 404, 403, 428 or nothing."""
        g.subject = None
        mark = mark_of(app, request.endpoint)
        if request.endpoint is None:
            return  # no such address: Flask answers 404 or 405
        if mark is None:
            abort(403)
        if mark.permission is None:
            return
        if not current_user.is_authenticated:
            abort(401)
        g.subject = self._load_subject()
        if not self.permits(current_user, mark.permission, g.subject):
            abort(403)
        if mark.steps_up and not g.user_session.is_stepped_up(g.now):
            abort(STEP_UP)

    def _load_subject(self) -> object:
        for name, value in (request.view_args or {}).items():
            if isinstance(value, UUID):
                subject = self.subjects[name](current_user, value)
                if subject is None:
                    abort(404)
                return subject
        return None

    def verify(self, app: Flask) -> None:
        """Raise Unguarded when a view lacks a mark, a permission a rule, or an address argument a loader."""
        bare = [rule.endpoint for rule in app.url_map.iter_rules() if mark_of(app, rule.endpoint) is None]
        if bare:
            raise Unguarded(f"views without @requires or @public: {sorted(set(bare))}")
        ruleless = [permission.value for permission in Permission if permission not in self.rules]
        if ruleless:
            raise Unguarded(f"permissions without a rule: {ruleless}")
        for rule in app.url_map.iter_rules():
            ids = [name for name, converter in rule._converters.items() if isinstance(converter, UUIDConverter)]  # noqa: SLF001  (has no public name)
            if ids and (len(ids) > 1 or ids[0] not in self.subjects):
                raise Unguarded(f"{rule.rule}: the guard cannot load {ids}")


def init_guard(app: Flask, guard: Guard) -> None:
    """Put the guard before every request and `can` into every template."""
    app.extensions["guard"] = guard
    app.jinja_env.globals["can"] = guard.can
    static = app.view_functions.get("static")
    if static is not None:
        app.view_functions["static"] = public(_plain(static))

    @app.before_request
    def check() -> None:
        guard.check_request(app)


def _plain(view: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap Flask's own static view, so that the mark has something to stand on."""

    def static(filename: str) -> Any:
        return view(filename=filename)

    return static
