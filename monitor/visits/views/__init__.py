"""The pages of visits, one module per group of pages."""

from monitor.visits.views import answers as answers
from monitor.visits.views import clashes as clashes
from monitor.visits.views import corrections as corrections
from monitor.visits.views import findings as findings
from monitor.visits.views import form as form
from monitor.visits.views import listing as listing
from monitor.visits.views import places as places
from monitor.visits.views import planning as planning
from monitor.visits.views import reviewing as reviewing
from monitor.visits.views import steps as steps
from monitor.visits.views import team as team
from monitor.visits.views.blueprint import bp

__all__ = ["bp"]
