"""No other site may make a signed-in browser write: a token in every form, and the browser's own word beside it."""

from typing import Final

from flask import Flask, request
from flask_wtf.csrf import CSRFError, CSRFProtect

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
OTHER_SITES: Final = frozenset({"cross-site", "same-site"})


def init_csrf(app: Flask) -> None:
    """Ask a token of every request that may write. Its life is the session's: a form may stay open all day."""
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    app.config["WTF_CSRF_SSL_STRICT"] = False  # it wants a Referer, which our own Referrer-Policy keeps back
    app.before_request(refuse_other_sites)
    CSRFProtect(app)


def refuse_other_sites() -> None:
    """Raise CSRFError for a write that the browser says was begun by another site."""
    if request.method not in SAFE_METHODS and request.headers.get("Sec-Fetch-Site") in OTHER_SITES:
        raise CSRFError("begun by another site")
