"""How dates, numbers and sizes are written on screen, in the language and time zone of the request."""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, format_timedelta
from babel.numbers import format_decimal, format_percent
from flask import Flask
from flask_babel import get_locale, get_timezone, gettext, pgettext

IN_DAYS_UP_TO: Final = 60
IN_MONTHS_UP_TO: Final = 730  # days; years above
EVERY_UNIT: Final = 10**9
"""A threshold no unit reaches, so that Babel counts in the unit asked for and not in the next larger one."""
LEFT_TO_RIGHT: Final = ("\u2066", "\u2069")
"""Unicode's marks around a piece that keeps its own order inside right-to-left text."""
_BEHIND_A_DAY: Final = re.compile(r"(?<=\d) (?=[^\W\d])")


def init_filters(app: Flask) -> None:
    """Give templates the filters of this module under their own names."""
    filters = (day, day_range, month, relative_day, moment, clock_time, number, percent, ratio, byte_size)
    app.jinja_env.filters.update({function.__name__: function for function in filters})
    app.jinja_env.globals.update(comma=comma, semicolon=semicolon, colon=colon)


def comma() -> str:
    """Return what stands between the parts of a list: Arabic has a comma of its own."""
    return pgettext("between the parts of a list", ", ")


def semicolon() -> str:
    """Return what stands between parts of a list that hold commas themselves."""
    return pgettext("between the parts of a list", "; ")


def colon() -> str:
    """Return what stands between a name and what belongs to it: French has a space before it."""
    return pgettext("between a name and what belongs to it", ": ")


def day(value: date | datetime | None) -> str:
    """Return a day as `14 March 2023`; a moment counts in the mechanism's time zone; nothing for None."""
    return _bound(format_date(_local_day(value), "long", _locale())) if value is not None else ""


def day_range(start: date | None, end: date | None) -> str:
    """Return `13–16 March 2023` as short as the language allows; one day alone where the other is missing or equal."""
    if start is None or end is None or start == end:
        return day(start or end)
    parts = _interval_parts(start, end)
    if parts is None:
        return f"{day(start)} – {day(end)}"
    return _bound("".join(format_date(value, part, _locale()) for value, part in zip((start, end), parts, strict=True)))


def month(value: date | None) -> str:
    """Return the month of a day as `March 2023`; nothing for None."""
    return format_skeleton("yMMMM", value, locale=_locale()) if value is not None else ""


def relative_day(value: date | datetime | None, today: date | None = None) -> str:
    """Return how far a day is from `today` (default: today where the mechanism is): `in 3 days`, `yesterday`."""
    if value is None:
        return ""
    today = today or datetime.now(get_timezone()).date()
    away = _local_day(value) - today
    match away.days:
        case 0:
            return gettext("today")
        case 1:
            return gettext("tomorrow")
        case -1:
            return gettext("yesterday")
    distance = abs(away.days)
    unit: Literal["day", "month", "year"] = (
        "day" if distance <= IN_DAYS_UP_TO else "month" if distance <= IN_MONTHS_UP_TO else "year"
    )
    return format_timedelta(away, granularity=unit, threshold=EVERY_UNIT, add_direction=True, locale=_locale())


def moment(value: datetime | None) -> str:
    """Return a moment as `14 March 2023 at 12:04` where the mechanism is; nothing for None."""
    if value is None:
        return ""
    return gettext("%(day)s at %(time)s", day=day(value), time=clock_time(value))


def clock_time(value: datetime | None) -> str:
    """Return a moment's time of day as `12:04` where the mechanism is; nothing for None."""
    return format_time(value, "short", tzinfo=get_timezone(), locale=_locale()) if value is not None else ""


def number(value: float | None, digits: int | None = None) -> str:
    """Return a number with the language's separators, rounded to `digits` after the point; nothing for None."""
    if value is None:
        return ""
    exact = Decimal(str(value)) if digits is None else _rounded(value, digits)
    return _keep_order(format_decimal(exact, locale=_locale(), decimal_quantization=False))


def percent(part: float | None, digits: int = 0) -> str:
    """Return a share of one (0.345) as `35%`, with `digits` after the point; nothing for None."""
    if part is None:
        return ""
    return _keep_order(format_percent(_rounded(part, digits + 2), locale=_locale(), decimal_quantization=False))


def ratio(done: int, total: int) -> str:
    """Return `7/37`, in this order in right-to-left text too."""
    return _keep_order(f"{number(done)}/{number(total)}")


def byte_size(value: int) -> str:
    """Return a size in bytes as whole `256 KB` or `8 MB` (1 KB is 1,024 bytes)."""
    if value >= 1024 * 1024:
        return gettext("%(count)s MB", count=number(value // (1024 * 1024)))
    return gettext("%(count)s KB", count=number(value // 1024))


def _rounded(value: float, digits: int) -> Decimal:
    """Round as people do, halves away from zero, going by the figure as written and not by its binary neighbour."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _interval_parts(start: date, end: date) -> list[str] | None:
    """Return the language's two patterns for a range, with months in full, or None when it has no such pair."""
    differs = "d" if (start.year, start.month) == (end.year, end.month) else "M" if start.year == end.year else "y"
    formats = _locale().interval_formats
    parts: list[str] | None = {**formats.get("yMMMd", {}), **formats.get("yMMMMd", {})}.get(differs)
    if parts is None or len(parts) != len((start, end)):
        return None
    return [part if "MMMM" in part else part.replace("MMM", "MMMM") for part in parts]


def _bound(text: str) -> str:
    """Keep the number of a day on the line of its month, as French wants it."""
    return _BEHIND_A_DAY.sub("\N{NO-BREAK SPACE}", text) if _locale().language == "fr" else text


def _local_day(value: date | datetime) -> date:
    return value.astimezone(get_timezone()).date() if isinstance(value, datetime) else value


def _locale() -> Locale:
    """Return the request's locale; plain English writes `14 March 2023`, not `March 14, 2023`."""
    locale = get_locale() or Locale("en")
    return Locale("en", "GB") if str(locale) == "en" else locale


def _keep_order(text: str) -> str:
    if _locale().text_direction == "ltr":
        return text
    return text.join(LEFT_TO_RIGHT)
