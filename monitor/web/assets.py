"""Addresses of our own static files that change when the file changes, so that browsers may keep them for ever."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, current_app, request, url_for
from werkzeug.security import safe_join

VERSION_LENGTH = 16


def init_assets(app: Flask) -> None:
    """Give templates `static_url('css/monitor.css')`."""
    app.jinja_env.globals["static_url"] = static_url


def static_url(filename: str) -> str:
    """Return the address of a file under static/ with its content's hash; without one while the file is missing."""
    version = _version(filename)
    return url_for("static", filename=filename, v=version) if version else url_for("static", filename=filename)


def is_current_static_version() -> bool:
    """Say whether this request names the static file by the hash of the content it has now."""
    asked = request.args.get("v")
    return bool(asked) and asked == _version((request.view_args or {}).get("filename", ""))


def _version(filename: str) -> str | None:
    path = safe_join(current_app.static_folder or "", filename)
    if path is None or not Path(path).is_file():
        return None
    return _content_hash(path, Path(path).stat().st_mtime_ns)


@lru_cache(maxsize=512)
def _content_hash(path: str, _changed_at: int) -> str:
    """Hash a file; the time of its last change is part of the cache's key only."""
    return sha256(Path(path).read_bytes()).hexdigest()[:VERSION_LENGTH]
