"""The headers that every answer carries: pages, files, errors, refusals alike."""

from http import HTTPStatus
from typing import Final

from flask import Flask, Response, request

from monitor.web.assets import is_current_static_version

ALLOWED_SOURCES: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",  # blob: a photo whose head is read, static/js/offline/photos.js
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "monitor-worker",  # static/js/offline/app.js: one address, of the service worker
}
CONTENT_SECURITY_POLICY: Final = "; ".join(f"{directive} {sources}" for directive, sources in ALLOWED_SOURCES.items())
FILES_POLICY: Final = "default-src 'none'; sandbox"
"""For what is handed over as a file: a browser that shows it all the same runs and loads nothing of it."""
UNUSED_FEATURES: Final = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
READS_CODES: Final = "paper"
"""The blueprint whose pages may ask their reader for the camera."""


def permissions_policy(*used: str) -> str:
    """Return the header that switches features of the browser off, but for those that our own pages use."""
    return ", ".join(f"{feature}=({'self' if feature in used else ''})" for feature in UNUSED_FEATURES)


EVERY_ANSWER: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": permissions_policy(),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
ONE_YEAR: Final = 365 * 24 * 3600  # seconds


def init_headers(app: Flask) -> None:
    """Set the headers after every request. Call it before anything else that runs after a request: it runs last."""
    app.after_request(set_headers)


def set_headers(response: Response) -> Response:
    """Put the whole set on this answer; nothing but our own static files may be kept by a browser."""
    response.headers.update(EVERY_ANSWER)
    if request.blueprint == READS_CODES:
        response.headers["Permissions-Policy"] = permissions_policy("camera")
    if response.headers.get("Content-Disposition", "").startswith("attachment"):
        response.headers["Content-Security-Policy"] = FILES_POLICY
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}; includeSubDomains"
    response.headers["Cache-Control"] = _cache_control(response)
    if request.endpoint != "static":
        response.vary.add("Cookie")
    return response


def _cache_control(response: Response) -> str:
    if request.endpoint != "static" or response.status_code >= HTTPStatus.BAD_REQUEST:
        return "no-store"
    if is_current_static_version():
        return f"public, max-age={ONE_YEAR}, immutable"
    return "no-cache"  # kept, but asked about each time: modules import one another without a version
