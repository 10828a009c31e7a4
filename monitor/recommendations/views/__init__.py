"""The pages of recommendations, one module per group of pages."""

from monitor.recommendations.views import checks as checks
from monitor.recommendations.views import follow_up as follow_up
from monitor.recommendations.views import many as many
from monitor.recommendations.views import register as register
from monitor.recommendations.views import sending as sending
from monitor.recommendations.views import spreadsheets as spreadsheets
from monitor.recommendations.views import tables as tables
from monitor.recommendations.views import writing as writing
from monitor.recommendations.views.blueprint import bp

__all__ = ["bp"]
