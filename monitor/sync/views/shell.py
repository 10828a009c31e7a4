"""The one static page that works without a network, its service worker and what a browser needs to install it.

Nothing here knows who asks: the page holds the guide, which is public, and no data of any mechanism. A device keeps
the page of each version of the guide by which its visits were made, so that a new version never strands a draft.
"""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from flask import Response, abort, current_app, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from monitor.access.guard import public
from monitor.guide.loading import available_versions, get_guide
from monitor.interviews.labels import AGES, PARTNERS, SEXES
from monitor.interviews.operations import LONGEST_NOTE, LONGEST_PLACE
from monitor.recommendations.labels import JUDGEMENTS, PRIORITIES
from monitor.sync.hint_rules import hint_rules
from monitor.sync.views.blueprint import bp
from monitor.sync.words import DEVICE_TEXTS
from monitor.visits.form_pages import ShownItem
from monitor.visits.labels import KINDS, STATES
from monitor.visits.typed_answers import Typed
from monitor.visits.views.blueprint import guide_texts
from monitor.visits.views.form_words import form_words
from monitor.web.assets import static_url
from monitor.web.locale import available_languages, page_language, text_direction

WORKER: Final = "js/offline/worker.js"
FOLDERS: Final = ("js/offline", "js/form")
FILES: Final = (
    "icon.svg", "css/monitor.css", "css/components.css", "css/form.css", "css/interviews.css", "css/offline.css",
    "js/requests.js", "js/ui.js", "vendor/hpke.js",
)  # fmt: skip
BOOTSTRAP: Final = {"ltr": "vendor/bootstrap.min.css", "rtl": "vendor/bootstrap.rtl.min.css"}


@bp.get("/offline")
@public
def newest_shell() -> ResponseReturnValue:
    """Lead to the page in the reader's language, by the newest version of the guide."""
    return redirect(url_for(".shell", language=page_language(), guide_version=get_guide().version))


@bp.get("/offline/<string:language>/<string:guide_version>")
@public
def shell(language: str, guide_version: str) -> str:
    """Return the page that works without a network, in one language and by one version of the guide."""
    if language.replace("-", "_") not in available_languages() or guide_version not in available_versions():
        abort(404)
    return shell_html(language, guide_version)


@bp.get("/worker.js")
@public
def worker() -> Response:
    """Return the service worker with the list of what it keeps; its bytes change whenever any of it does."""
    kept = _assets()
    contents = [sha256(_static(name).read_bytes()).hexdigest() for name in (*_styles(), *_modules())]
    release = sha256(json.dumps([kept, *contents, *_shells()]).encode()).hexdigest()[:16]
    head = f"const RELEASE = {json.dumps(release)};\nconst FILES = {json.dumps(kept)};\n"
    return Response(head + _static(WORKER).read_text(encoding="utf-8"), content_type="text/javascript; charset=utf-8")


@bp.get("/manifest.webmanifest")
@public
def manifest() -> Response:
    """Return what a browser needs to install Monitor like a program of the device."""
    said = jsonify(
        name=_("Monitor"), short_name=_("Monitor"), description=_("Visits to places of detention, without a network"),
        lang=page_language(), dir=text_direction(), start_url=url_for(".newest_shell"), scope="/", display="standalone",
        background_color="#ffffff", theme_color="#0b5351",
        icons=[{"src": static_url("icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    )  # fmt: skip
    said.content_type = "application/manifest+json"
    return said


def shell_html(language: str, version: str) -> str:
    """Return the page; made once for each process, since it is the same for everybody."""
    made: dict[tuple[str, str], str] = current_app.extensions.setdefault("shells", {})
    if (language, version) not in made:
        made[language, version] = _made(language, version)
    return made[language, version]


def _made(language: str, version: str) -> str:
    guide = get_guide(version)
    with force_locale(language.replace("-", "_")):
        words = guide_texts(version)
        return render_template(
            "sync/shell.html",
            guide=guide,
            words=words,
            version=version,
            languages=_language_tags(),
            visit=None,
            last_answers={},
            from_paper=False,
            shown={item.id: _unanswered(item) for item in guide.items.values()},
            rules=hint_rules(guide, words),
            texts={name: str(text) for name, text in (DEVICE_TEXTS | _labels()).items()},
            priorities=PRIORITIES,
            judgements=JUDGEMENTS,
            longest={"place": LONGEST_PLACE, "note": LONGEST_NOTE},
            talk_choices={"partner": PARTNERS, "sex": SEXES, "age": AGES},
            **form_words(),
        )


def _labels() -> dict[str, Any]:
    kinds = {f"kind_{kind}": label for kind, label in KINDS.items()}
    return kinds | {f"state_{state}": label for state, label in STATES.items()}


def _unanswered(item: Any) -> ShownItem:
    return ShownItem(item, None, Typed(item.id), hints=(), clashes=(), problems={}, is_open=True)


def _shells() -> list[str]:
    newest = get_guide().version
    return [sha256(shell_html(tag, newest).encode()).hexdigest() for tag in _language_tags()]


def _language_tags() -> list[str]:
    return [code.replace("_", "-") for code in available_languages()]


def _assets() -> list[str]:
    """Return the addresses of everything that the page loads: styles with their version, modules without one."""
    plain = [url_for("static", filename=name) for name in _modules()]
    return [url_for(".manifest"), *(static_url(name) for name in _styles()), *plain]


def _styles() -> list[str]:
    return [*FILES[:6], *BOOTSTRAP.values()]


def _modules() -> list[str]:
    own = (f"{folder}/{path.name}" for folder in FOLDERS for path in sorted(_static(folder).glob("*.js")))
    return [*FILES[6:], *(name for name in own if name != WORKER)]


def _static(name: str) -> Path:
    return Path(current_app.static_folder or "", name)
