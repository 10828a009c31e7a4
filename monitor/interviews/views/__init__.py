"""The pages of talks, consents, protection and reprisals, one module per group of pages."""

from monitor.interviews.views import incidents as incidents
from monitor.interviews.views import lines as lines
from monitor.interviews.views import names as names
from monitor.interviews.views import protection as protection
from monitor.interviews.views import search as search
from monitor.interviews.views import talk as talk
from monitor.interviews.views.blueprint import bp

__all__ = ["bp"]
