"""The only source of pictures for a document: bytes from our own code; everything else is refused and noted."""

from collections.abc import Mapping
from typing import NoReturn

from weasyprint.urls import URLFetcher, URLFetcherResponse

SCHEME = "monitor-picture"
JPEG = b"\xff\xd8\xff"


class FetchRefused(Exception):
    """A document asked for something that was not handed over; how often is all that is said."""

    def __init__(self, count: int) -> None:
        super().__init__(f"the document asked for {count} outside resources")
        self.count = count


class PicturesInHand(URLFetcher):
    """Gives the pictures it was made with (name -> PNG or JPEG) and refuses every other address, of any scheme."""

    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)  # type: ignore[no-untyped-call]
        self._pictures = {f"{SCHEME}:{name}": picture for name, picture in pictures.items()}
        self.refused = 0

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """Return the picture of this address. Raises ValueError, which WeasyPrint turns into a missing picture."""
        picture = self._pictures.get(url)
        if picture is None:
            self._refuse()
        kind = "image/jpeg" if picture.startswith(JPEG) else "image/png"
        return URLFetcherResponse(url, picture, {"Content-Type": kind})

    def open(self, fullurl: object, data: object = None, timeout: object = None) -> NoReturn:
        """Refuse: nothing is ever opened."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        self.refused += 1
        raise ValueError("refused")
