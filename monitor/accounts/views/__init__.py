"""Pages of people and mechanisms: sign-in, the lock, one's own account, administration."""

from monitor.accounts.views import account, bodies, factor, link, mechanism, security, session, sign_in, users
from monitor.accounts.views.blueprint import bp

__all__ = ["account", "bodies", "bp", "factor", "link", "mechanism", "security", "session", "sign_in", "users"]
