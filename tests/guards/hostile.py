"""Forty ways to smuggle a script into a page, and how to see on a page that one came through."""

import json
import re
from collections.abc import Iterator
from itertools import cycle
from typing import Final

from bs4 import BeautifulSoup

from tests.guards.tour import Seen
from tests.guards.world import Say

MARK: Final = "smuggled"
PAYLOADS: Final = (
    "<script>smuggled(1)</script>",
    "<SCRIPT SRC=//x.example/smuggled.js></SCRIPT>",
    "</script><script>smuggled(2)</script>",
    '"><script>smuggled(3)</script>',
    "'><script>smuggled(4)</script>",
    "</textarea><script>smuggled(5)</script>",
    "</title><script>smuggled(6)</script>",
    "</style><script>smuggled(7)</script>",
    "</option></select><script>smuggled(8)</script>",
    "--><script>smuggled(9)</script><!--",
    "]]><script>smuggled(10)</script>",
    "</template><script>smuggled(11)</script>",
    "<img src=x onerror=smuggled(12)>",
    '<img src="x" onerror="smuggled(13)">',
    "<svg onload=smuggled(14)>",
    "<svg><script>smuggled(15)</script></svg>",
    "<svg><animate onbegin=smuggled(16) attributeName=x>",
    "<math><mtext><img src=x onerror=smuggled(17)></mtext></math>",
    "<body onload=smuggled(18)>",
    "<iframe src=javascript:smuggled(19)></iframe>",
    "<iframe srcdoc='<script>smuggled(20)</script>'></iframe>",
    "<object data=javascript:smuggled(21)></object>",
    "<embed src=javascript:smuggled(22)>",
    "<a href=javascript:smuggled(23)>x</a>",
    "javascript:smuggled(24)",
    "data:text/html,<script>smuggled(25)</script>",
    "<form action=javascript:smuggled(26)><button>x</button></form>",
    "<button formaction=javascript:smuggled(27)>x</button>",
    "<input autofocus onfocus=smuggled(28)>",
    '" autofocus onfocus="smuggled(29)',
    "' autofocus onfocus='smuggled(30)",
    "x onmouseover=smuggled(31) y",
    "<details open ontoggle=smuggled(32)>",
    "<link rel=stylesheet href=//x.example/smuggled33.css>",
    "<style>@import '//x.example/smuggled34.css'</style>",
    "<base href=//x.example/smuggled35/>",
    "<meta http-equiv=refresh content='0;url=//x.example/smuggled36'>",
    "{{ 7 * 7 }}{% for smuggled37 in x %}",
    "%(smuggled38)s %s {smuggled38} ${smuggled38}",
    "&lt;script&gt;smuggled(39)&lt;/script&gt;",
)  # fmt: skip
HALVES: Final = ("\n".join(PAYLOADS[:20]), "\n".join(PAYLOADS[20:]))
"""Texts of less than 1,000 characters, which fit into every field of several lines."""
SOURCES: Final = ("action", "background", "cite", "data", "formaction", "href", "poster", "src", "srcdoc", "srcset")
FOREIGN: Final = ("base", "embed", "iframe", "math", "object", "style")
"""Tags that no page of ours holds."""


def hostile() -> Say:
    """Return what says a payload in every line, the next one each time, and half of them in every text in turns."""
    turns = {kind: cycle(PAYLOADS) for kind in ("line", "name", "email")} | {
        kind: cycle(HALVES) for kind in ("text", "protected")
    }

    def say(kind: str) -> str:
        payload = next(turns[kind])
        return re.sub(r"[\s@]", "_", payload) if kind == "email" else payload

    return say


def escapes(seen: Seen) -> list[str]:
    """Return what of an answer a browser would run, load, or take for more than text."""
    if seen.mimetype in ("application/json", "application/manifest+json"):
        return [] if isinstance(json.loads(seen.text), dict | list) else [f"{seen}: no data"]
    if seen.mimetype != "text/html" or 300 <= seen.status < 400:
        return [] if seen.mimetype in HARMLESS or 300 <= seen.status < 400 else [f"{seen}: {seen.mimetype}"]
    page = BeautifulSoup(seen.text, "html5lib")
    return [f"{seen}: {found}" for found in dangerous(page)]


OFFICE: Final = "application/vnd.openxmlformats-officedocument"
HARMLESS: Final = (
    "application/pdf", "application/zip", "image/jpeg", "image/png", "text/css", "text/csv", "text/javascript",
    f"{OFFICE}.spreadsheetml.sheet", f"{OFFICE}.wordprocessingml.document",
)  # fmt: skip


def dangerous(page: BeautifulSoup) -> Iterator[str]:
    """Yield each tag and attribute through which a smuggled text would act."""
    for tag in page.find_all(True):
        is_author = tag.name == "meta" and tag.get("name") == "author" and set(tag.attrs) == {"name", "content"}
        if tag.name in FOREIGN or (tag.name in ("script", "link", "meta") and MARK in str(tag) and not is_author):
            yield str(tag)[:120]
        for name, value in tag.attrs.items():
            text = " ".join(value) if isinstance(value, list) else str(value)
            is_source = name in SOURCES and re.match(r"\s*(?:javascript|data|vbscript):|\s*//", text, re.IGNORECASE)
            if name.startswith("on") or MARK in name or is_source or (name == "style" and MARK in text):
                yield f"{tag.name} {name}={text[:80]}"
