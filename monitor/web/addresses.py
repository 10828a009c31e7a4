"""Addresses that came with a request and that it wants to be led to: only ever our own."""

from typing import Final
from urllib.parse import urlsplit

from flask import request

LONGEST: Final = 2000


def local_address(wish: str | None, otherwise: str | None = None) -> str:
    """Return `wish` when it is an address on this host (`/places?page=2`), else `otherwise`, else the start page."""
    return wish if wish is not None and is_local(wish) else otherwise or f"{request.script_root}/"


def is_local(address: str) -> bool:
    """Say whether a browser would stay on this host: one slash first, and nothing it would read as something else."""
    if len(address) > LONGEST or not address.startswith("/") or not address.isprintable() or "\\" in address:
        return False
    if address.startswith("//"):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc


def this_address() -> str:
    """Return the path and query of this request, as `next` carries it."""
    return request.script_root + request.full_path.rstrip("?")
