"""The rules that every page keeps: valid HTML, one h1 that the title names, unique ids, a label for every field."""

import re
from collections import Counter, defaultdict

import html5lib
from bs4 import BeautifulSoup, Tag

PLAIN = r"[\w \n\t!#$%()*+,./:;=?@\[\]{|}~–—’…·-]"
"""A character that means nothing to a parser of HTML in a text or in a value between double quotes."""
TEXTS = re.compile(rf"(?<=>){PLAIN}*\w{PLAIN}*(?=<)")
VALUES = re.compile(rf'(?<=\s)((?!type|encoding)[\w:-]+)="{PLAIN}*"')
"""The parser asks for no value but those of `type` and `encoding`."""
_valid: set[str] = set()


def check_page(text: str, page: BeautifulSoup) -> None:
    """Hold a page, given as text and parsed, against the rules. Raises AssertionError, html5lib's ParseError."""
    check_markup(text)
    tags: dict[str, list[Tag]] = defaultdict(list)
    ids: Counter[str] = Counter()
    for tag in page.find_all(True):
        tags[tag.name].append(tag)
        ids.update([tag["id"]] if tag.has_attr("id") else [])
        assert not tag.has_attr("style"), f"style attribute: {tag}"
    assert len(tags["h1"]) == 1, f"{len(tags['h1'])} h1"
    assert page.title
    assert tags["h1"][0].get_text(" ", strip=True) in page.title.get_text(" ", strip=True)
    assert max(ids.values(), default=0) <= 1, f"double ids: {sorted(i for i, times in ids.items() if times > 1)}"
    labelled = {label.get("for") for label in tags["label"]} - {None}
    for field in tags["input"] + tags["textarea"] + tags["select"]:
        if field.get("type") in ("hidden", "submit", "button"):
            continue
        named = field.get("aria-label") or field.get("aria-labelledby") or field.find_parent("label")
        assert named or field.get("id") in labelled, f"no label: {field}"
    assert all(script.get("src") or script.get("type") == "application/json" for script in tags["script"])


def check_markup(text: str) -> None:
    """Parse a page strictly, once for all pages of the same markup. Raises html5lib's ParseError."""
    markup = markup_of(text)
    if markup not in _valid:
        html5lib.HTMLParser(strict=True).parse(text)
        _valid.add(markup)


def markup_of(text: str) -> str:
    """Return the page without those texts and values that cannot make valid HTML invalid; comments keep all of it."""
    return text if "<!--" in text else VALUES.sub(r'\1=""', TEXTS.sub("x", text))
