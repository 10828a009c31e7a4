"""Everything of monitor.web in the one order that works."""

from flask import Flask
from jinja2 import StrictUndefined

from monitor.web.assets import init_assets
from monitor.web.body import limit_body
from monitor.web.commit import init_commit
from monitor.web.compression import init_compression
from monitor.web.csrf import init_csrf
from monitor.web.errors import init_errors
from monitor.web.filters import init_filters
from monitor.web.forms import init_forms
from monitor.web.headers import init_headers
from monitor.web.kept_forms import init_kept_forms
from monitor.web.locale import init_locale
from monitor.web.logging import init_logging
from monitor.web.pagination import init_pagination


def init_web(app: Flask) -> None:
    """Install headers, log, commit, limits, CSRF, errors, languages and what templates need.

    Call it before sign-in and guard: functions before a request run in the order of their installation (size first,
    then what reads the form), functions after a request in the opposite one (commit, redirects, log, headers).
    """
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    init_headers(app)
    init_compression(app)
    init_logging(app)
    init_kept_forms(app)
    init_commit(app)
    limit_body(app)
    init_csrf(app)
    init_errors(app)
    init_locale(app)
    init_filters(app)
    init_forms(app)
    init_pagination(app)
    init_assets(app)
