"""What a cell or a person may write for a type of place: its id, or its name in English or the reader's language."""

from functools import lru_cache

from monitor.guide.loading import get_guide
from monitor.guide.texts import texts
from monitor.places.folding import folded


@lru_cache(maxsize=64)
def type_names(language: str) -> dict[str, str]:
    """Return folded id or name -> id of the place type."""
    guide = get_guide()
    names: dict[str, str] = {}
    for each in (texts(guide, "en"), texts(guide, language)):
        names |= {folded(each.place_type_name(type_)): type_ for type_ in guide.place_types}
    return names | {folded(type_): type_ for type_ in guide.place_types}
