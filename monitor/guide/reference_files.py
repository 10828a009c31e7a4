"""Reads place_types.yaml, standards.yaml and opcat_articles.yaml, and checks each within itself."""

from monitor.guide.catalogue import Instrument, OpcatArticle, PlaceType, Provision
from monitor.guide.yaml_files import YamlNode

OPCAT_ARTICLES = 37

_PLACE_TYPE_KEYS = ("id", "name", "description", "usual_operators", "usual_visit", "suggested_form", "themes")
_INSTRUMENT_KEYS = (
    "id", "title", "short_title", "adopting_body", "year", "symbol", "binding", "region", "applies_to", "provisions",
)  # fmt: skip
_PROVISION_KEYS = ("provision", "subject", "verified", "how")
_ARTICLE_KEYS = ("number", "title", "summary", "features", "requirements", "verified")


def texts_of(node: YamlNode) -> tuple[str, ...]:
    """Give the texts of a list."""
    return tuple(element.text() for element in node.elements())


def read_place_types(file: YamlNode) -> dict[str, PlaceType]:
    """Give the place types by id; their themes are checked against the catalogue later."""
    found: dict[str, PlaceType] = {}
    for node in file.fields(["place_types"])["place_types"].elements():
        keys = node.fields(_PLACE_TYPE_KEYS)
        place_type_id = keys["id"].kebab()
        keys["id"].need(place_type_id not in found, f"the place type '{place_type_id}' stands twice")
        keys["suggested_form"].one_of(("full", "core first"), "suggested form")
        found[place_type_id] = PlaceType(
            id=place_type_id,
            name=keys["name"].text(),
            description=keys["description"].text(),
            usual_operators=keys["usual_operators"].text(),
            usual_visit=keys["usual_visit"].text(),
            suggested_form="full" if keys["suggested_form"].value == "full" else "core first",
            themes=texts_of(keys["themes"]),
        )
    return found


def read_instruments(file: YamlNode) -> dict[str, Instrument]:
    """Give the instruments by id, each with its provisions."""
    found: dict[str, Instrument] = {}
    for node in file.fields(["instruments"])["instruments"].elements():
        keys = node.fields(_INSTRUMENT_KEYS)
        instrument_id = keys["id"].kebab()
        keys["id"].need(instrument_id not in found, f"the instrument '{instrument_id}' stands twice")
        found[instrument_id] = Instrument(
            id=instrument_id,
            title=keys["title"].text(),
            short_title=keys["short_title"].text(),
            adopting_body=keys["adopting_body"].text(),
            year=keys["year"].whole_number(),
            symbol=keys["symbol"].text(),
            is_binding=keys["binding"].flag(),
            region=keys["region"].text(),
            applies_to=keys["applies_to"].text(),
            provisions=_read_provisions(instrument_id, keys["provisions"]),
        )
    return found


def _read_provisions(instrument_id: str, node: YamlNode) -> dict[str, Provision]:
    found: dict[str, Provision] = {}
    for element in node.elements():
        keys = element.fields(_PROVISION_KEYS)
        name = keys["provision"].text()
        keys["provision"].need(name not in found, f"the provision '{name}' of '{instrument_id}' stands twice")
        found[name] = Provision(
            instrument=instrument_id,
            provision=name,
            subject=keys["subject"].text(),
            is_verified=keys["verified"].flag(),
            how=keys["how"].text(),
        )
    return found


def read_articles(file: YamlNode) -> tuple[dict[str, str], tuple[OpcatArticle, ...]]:
    """Give the features of the application by id, and OPCAT's articles 1 to 37 in order."""
    keys = file.fields(["features", "articles"])
    features: dict[str, str] = {}
    for node in keys["features"].elements():
        feature = node.fields(["id", "name"])
        feature_id = feature["id"].kebab()
        feature["id"].need(feature_id not in features, f"the feature '{feature_id}' stands twice")
        features[feature_id] = feature["name"].text()
    articles = tuple(_read_article(node, features) for node in keys["articles"].elements())
    for position, (article, node) in enumerate(zip(articles, keys["articles"].elements(), strict=True), start=1):
        node.need(article.number == position, f"OPCAT article {position} is expected here, not {article.number}")
    keys["articles"].need(
        len(articles) == OPCAT_ARTICLES, f"OPCAT has {OPCAT_ARTICLES} articles, but {len(articles)} stand here"
    )
    return features, articles


def _read_article(node: YamlNode, features: dict[str, str]) -> OpcatArticle:
    keys = node.fields(_ARTICLE_KEYS)
    return OpcatArticle(
        number=keys["number"].whole_number(),
        title=keys["title"].text(),
        summary=keys["summary"].text(),
        features=tuple(feature.one_of(features, "feature") for feature in keys["features"].elements()),
        requirements=texts_of(keys["requirements"]),
        is_verified=keys["verified"].flag(),
    )
