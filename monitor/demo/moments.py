"""When the steps of a training visit happened: in order, and never after the loading."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Moments:
    """The moments of one visit from its first and last day on site; none lies after `now`."""

    first: date
    last: date
    zone: ZoneInfo
    now: datetime

    def _at(self, day: date, hour: int, minute: int) -> datetime:
        return min(datetime.combine(day, time(hour, minute), self.zone), self.now)

    @property
    def planning(self) -> datetime:
        """Three weeks before."""
        return self._at(self.first - timedelta(days=21), 10, 15)

    @property
    def arrival(self) -> datetime:
        """The first morning."""
        return self._at(self.first, 8, 40)

    @property
    def evening(self) -> datetime:
        """The last evening, when notes are typed."""
        return self._at(self.last, 21, 5)

    @property
    def desk(self) -> datetime:
        """Three days after, at the office."""
        return self._at(self.last + timedelta(days=3), 14, 30)

    @property
    def submission(self) -> datetime:
        """A week after."""
        return self._at(self.last + timedelta(days=7), 16, 0)

    @property
    def decision(self) -> datetime:
        """Three weeks after."""
        return self._at(self.last + timedelta(days=21), 11, 20)
