"""Answers travel compressed: forms are long and field networks are slow.

Compressing pages that hold a secret can leak it to another site that makes the browser ask again and again; our cookie
is `SameSite=Strict`, so another site's requests come without a session.
"""

from typing import Final

from flask import Flask, Response
from flask_compress import Compress

TEXT_TYPES: Final = ("text/html", "text/css", "text/javascript", "application/json", "image/svg+xml")
SMALLEST: Final = 600  # bytes; below, the headers weigh more


def init_compression(app: Flask) -> None:
    """Compress texts for browsers that take it. Call it after `init_headers` and before `init_commit`."""
    app.config.update(
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=4,
        COMPRESS_LEVEL=6,
        COMPRESS_MIMETYPES=list(TEXT_TYPES),
        COMPRESS_MIN_SIZE=SMALLEST,
    )
    Compress(app)
    app.after_request(close_source)  # runs before the compression: the last registered is the first to run


def close_source(response: Response) -> Response:
    """Have a file that is sent closed after sending: the compressed stream that takes its place does not do so."""
    close = getattr(response.response, "close", None)
    if close is not None:
        response.call_on_close(close)
    return response
