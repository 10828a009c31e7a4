"""The keyring of the person who is signed in: made from the private key that this browser's session opens."""

from flask import g
from flask_login import current_user

from monitor.accounts.session import own_private_key
from monitor.vault import queries
from monitor.vault.keyring import Keyring


def own_keyring() -> Keyring | None:
    """Return what the person can open in this request; None for a person or a session without a key."""
    if "keyring" not in g:
        private = own_private_key()
        key = queries.users_keys([current_user.id]).get(current_user.id)
        g.keyring = None
        if key is not None and private is not None:
            g.keyring = Keyring(key.id, private, queries.entitled_in(current_user))
    found: Keyring | None = g.keyring
    return found
