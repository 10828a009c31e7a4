"""The part `scope` of a visit document: which items its visit asked beyond those of the place's own type.

It stands in a document only where there is more to ask: `{"unit_types": [ids], "extra_topics": [ids]}`.
"""

from collections.abc import Mapping
from typing import Any, Final

from monitor.exchange.strict_json import Problems, shown
from monitor.guide.catalogue import Guide
from monitor.guide.scope import Scope

SCOPE_KEY: Final = "scope"
SCOPE_KEYS: Final = ("unit_types", "extra_topics")


def scope_part(scope: Scope) -> dict[str, Any]:
    """Return the part by its key, as a document holds it; empty where the place's type says it all."""
    part = {name: list(getattr(scope, name)) for name in SCOPE_KEYS}
    return {SCOPE_KEY: part} if any(part.values()) else {}


def read_scope(data: Mapping[str, Any]) -> Scope:
    """Return what a checked document asks: the full form of its place, with what its part `scope` adds."""
    unit_types, extra_topics = (tuple(data.get(SCOPE_KEY, {}).get(name, ())) for name in SCOPE_KEYS)
    return Scope(data["place"]["type"], unit_types, extra_topics=extra_topics)


def check_scope(data: Mapping[str, Any], guide: Guide, problems: Problems) -> Scope | None:
    """Return the document's scope; None, with sentences noted, where it cannot be made out."""
    known = {"unit_types": guide.place_types, "extra_topics": guide.topics}
    place_type = data["place"]["type"]
    if not isinstance(place_type, str) or place_type not in guide.place_types:
        return None  # noted where the place is checked
    if SCOPE_KEY not in data:
        return read_scope(data)
    part = data[SCOPE_KEY]
    if not problems.need_keys(part, SCOPE_KEYS, SCOPE_KEY):
        return None
    fits = [_check_ids(part[name], known[name], f"{SCOPE_KEY}.{name}", problems) for name in SCOPE_KEYS]
    fits.append(problems.need(any(part.values()), f"{SCOPE_KEY} adds nothing: leave it out"))
    return read_scope(data) if all(fits) else None


def _check_ids(ids: object, known: Mapping[str, object], where: str, problems: Problems) -> bool:
    if not problems.need(isinstance(ids, list), f"{where} must be a list") or not isinstance(ids, list):
        return False
    unknown = [each for each in ids if not isinstance(each, str) or each not in known]
    fits = [problems.need(False, f"{where}: there is no {shown(each)} in the guide") for each in unknown]
    return not fits and problems.need(len(set(ids)) == len(ids), f"{where}: an id stands twice")
