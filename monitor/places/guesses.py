"""Guesses what a file's columns and types mean, for a person to confirm."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from monitor.places.csv_files import CsvTable
from monitor.places.folding import folded

MOST_TYPES: Final = 200
"""Different values in a column that can still be one of types."""

_USUAL_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    fact: tuple(map(folded, names))
    for fact, names in {
        "name": ("name", "place", "facility", "facility name", "nom", "etablissement", "nombre", "الاسم", "اسم المكان"),
        "type": ("type", "place type", "kind", "category", "description", "type de lieu", "categorie", "tipo", "النوع"),
        "code": ("code", "id code", "reference"),
        "authority": ("authority", "jurisdiction", "operator", "autorite", "administration", "autoridad", "السلطة"),
        "address": ("address", "street", "adresse", "direccion", "العنوان"),
        "city": ("city", "town", "municipality", "ville", "commune", "ciudad", "المدينة"),
        "region": ("region", "state", "province", "county", "departement", "estado", "المنطقة", "المحافظة"),
        "country": ("country", "country code", "pays", "pais", "البلد"),
        "latitude": ("latitude", "lat", "خط العرض"),
        "longitude": ("longitude", "lon", "lng", "long", "خط الطول"),
        "capacity": ("capacity", "places", "beds", "capacite", "capacidad", "السعة"),
        "notes": ("notes", "note", "remarks", "comments", "remarques", "observations", "ملاحظات"),
    }.items()
}


class TooManyTypes(ValueError):
    """The column chosen for the type holds more different values than any register has types."""


def types_in(table: CsvTable, column: str) -> Counter[str]:
    """Return every value of the type column with its number of rows, the most frequent first. Raises TooManyTypes."""
    counted = Counter(table.values(column))
    if len(counted) > MOST_TYPES:
        raise TooManyTypes(column)
    return Counter(dict(counted.most_common()))


def guess_columns(columns: Iterable[str]) -> dict[str, str]:
    """Return fact -> column for the columns whose name says what they hold, each used once."""
    found: dict[str, str] = {}
    by_name = {folded(column).replace("_", " ").replace(".", " ").strip(): column for column in columns}
    for fact, names in _USUAL_NAMES.items():
        column = next((by_name[name] for name in names if name in by_name), None)
        if column is not None and column not in found.values():
            found[fact] = column
    return found


def guess_type(value: str, type_names: Mapping[str, str]) -> str:
    """Return the place type that a cell names outright, empty where it takes a person to say."""
    return type_names.get(folded(value), "")
