"""Markup that makes a document fetch, hold or swell; none of it is ever let through from what people type."""

import select
import socket

from monitor.jobs.limited import ChildFailed, run_limited
from monitor.reports.fetching import FetchRefused
from monitor.reports.rendering import Look, draw_pdf

SVG = "http://www.w3.org/2000/svg"
LOOK = Look("reports/pdf/visit.html", ("report",), "en")


def vectors(port: int, path: str) -> list[str]:
    """Twenty ways in which markup makes a document fetch or hold something."""
    url, file = f"http://127.0.0.1:{port}/x", f"file://{path}"
    return [
        f'<img src="{url}"/>',
        f'<img src="{file}"/>',
        f'<link rel="stylesheet" href="{url}"/>',
        f'<link rel="attachment" href="{file}"/>',
        f'<link rel="attachment" href="{url}"/>',
        f'<a rel="attachment" href="{file}">x</a>',
        f'<style>@import "{url}";</style>',
        f'<style>p {{ background: url("{url}") }}</style>',
        f'<style>@font-face {{ font-family: f; src: url("{url}") }} p {{ font-family: f }}</style>',
        f'<p style="background: url({file})">x</p>',
        f'<object data="{url}">x</object>',
        f'<embed src="{url}"/>',
        f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}" width="9" height="9"/></svg>',
        f'<svg xmlns="http://www.w3.org/2000/svg"><use href="{url}#a"/></svg>',
        f"<img src=\"data:image/svg+xml,&lt;svg xmlns='{SVG}'&gt;&lt;image href='{url}'/&gt;&lt;/svg&gt;\"/>",
        f'<base href="{url}"/><img src="y"/>',
        f'<ul style="list-style-image: url({url})"><li>x</li></ul>',
        f'<p style="content: url({url})">x</p>',
        f'<iframe src="{file}">x</iframe>',
        f'<script src="{url}">x</script>',
    ]


def was_called(server: socket.socket) -> bool:
    return bool(select.select([server], [], [], 0)[0])


def page(markup: str) -> str:
    return f'<html lang="en"><head><title>t</title></head><body><p>before</p>{markup}</body></html>'


def drawn_or_refused(html: str) -> bytes | None:
    """The PDF, or None where the document asked for something; any other failure is raised."""
    try:
        return run_limited(lambda: draw_pdf(LOOK, html).data)
    except ChildFailed as failure:
        if failure.type_name != FetchRefused.__name__:
            raise
        return None


def _nested(tag: str, depth: int, style: str = "") -> str:
    return f'<{tag} style="{style}">' * depth + "x" + f"</{tag}>" * depth


def _doubled(times: int) -> str:
    """SVG in which each group uses the one before ten times."""
    groups = "".join(f'<g id="g{n + 1}">' + f'<use href="#g{n}"/>' * 10 + "</g>" for n in range(times))
    return f'<svg xmlns="{SVG}" width="9" height="9"><g id="g0"><rect width="1" height="1"/></g>{groups}</svg>'


BOMBS = {
    "words without end": "<p>" + "word " * 200_000 + "</p>",
    "a very wide cell": '<table><tr><td colspan="1000000">x</td></tr></table>',
    "many rows": "<table>" + "<tr><td>x</td></tr>" * 20_000 + "</table>",
    "one word without end": "<p>" + "w" * 1_000_000 + "</p>",
    "a very high cell": '<table><tr><td rowspan="1000000">x</td></tr><tr><td>y</td></tr></table>',
    "many columns": "<table><tr>" + "<td>x</td>" * 20_000 + "</tr></table>",
    "tables in tables": "<table><tr><td>" * 40 + "x" + "</td></tr></table>" * 40,
    "flexible boxes in flexible boxes": _nested("div", 12, "display: flex"),
    "grids in grids": _nested("div", 12, "display: grid"),
    "a deep nest": _nested("div", 3000),
    "floats beside floats": '<div style="float: left; width: 1px; height: 1px"></div>' * 20_000,
    "a page of a few points": "<style>@page { size: 20px; margin: 0 }</style><p>" + "word " * 4000 + "</p>",
    "columns without end": f'<div style="columns: 1000">{"word " * 50_000}</div>',
    "a drawing that uses itself a million times": _doubled(6),
    "a picture of a thousand million points": '<img width="1000000" height="1000000" alt="x"/>',
    "counters that grow": "<style>p { counter-increment: c 99999999; } p::before { content: counter(c, upper-roman) }"
    "</style>" + "<p>x</p>" * 5000,
    "breaks after breaks": '<div style="break-after: page">x</div>' * 20_000,
    "letters upon letters": "<p>" + "a" + "\u0301" * 300_000 + "</p>",
}
"""Eighteen documents that cost more than they are worth."""
