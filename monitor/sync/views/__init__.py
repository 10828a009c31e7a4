"""Pages and addresses of devices, one module per group."""

from monitor.sync.views import devices as devices
from monitor.sync.views import handing_in as handing_in
from monitor.sync.views import shell as shell
from monitor.sync.views.blueprint import bp

__all__ = ["bp"]
