"""The address of a one-time link."""

from flask import current_app


def link_address(secret: str, base: str) -> str:
    """Return the whole address that opens a one-time link; `base` is where people reach the application."""
    path = current_app.url_map.bind("").build("accounts.link", {"secret": secret}, force_external=False)
    return base.rstrip("/") + path
