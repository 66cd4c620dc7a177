"""Values as operators write them: durations, sizes, addresses.

What a ValueError says is what is allowed, or, where it begins with "which", what is wrong with what was found.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, ValidationInfo

from syndicator.core.addresses import opening
from syndicator.core.patterns import check, fits_everything
from syndicator.core.urls import split, web_url

_CERTAIN = 0.9
_MOST_REVISIONS = 20
"""The operator's page shows the differences of all."""
_LONGEST_DATE = 40
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""All but tabs and line breaks, which patterns in blocks have."""
_SIZES = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "kB": 10**3, "MB": 10**6, "GB": 10**9}


_LONGEST = timedelta(days=36_500)
_LONGEST_WINDOW = timedelta(days=365)


def _duration(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value
    found = re.fullmatch(r"(\d{1,6})([smhd])", str(value).strip())
    if found is None or not int(found.group(1)):
        raise ValueError("a number above 0 and a unit: 30s, 15m, 1h or 7d")
    duration = timedelta(seconds=int(found.group(1)) * _UNITS[found.group(2)])
    if duration > _LONGEST:  # what is added to a date is to stay one
        raise ValueError(f"at most {_LONGEST.days}d")
    return duration


def _story_window(value: timedelta) -> timedelta:
    if value > _LONGEST_WINDOW:
        raise ValueError(f"at most {_LONGEST_WINDOW.days}d: its texts are kept in memory")
    return value


def _share(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise ValueError("a number above 0, and at most 1")
    return float(value)


def _keep(value: Any) -> timedelta | None:
    """How long; None for ever."""
    if value == "forever":
        return None
    try:
        kept: timedelta = _duration(value)
    except ValueError:
        kept = timedelta(0)
    if kept < timedelta(days=1):
        raise ValueError("30d or 365d, at least 1d; or forever")
    return kept


def _size(value: Any) -> Any:
    found = re.fullmatch(r"(\d{1,12})\s*([kKMG]i?B|B)", str(value).strip())
    if found is None or found.group(2) not in _SIZES:
        raise ValueError("a number and a unit: 512KiB, 10MiB or 1GiB")
    return int(found.group(1)) * _SIZES[found.group(2)]


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("which is no time zone; write it as in Europe/Athens or UTC") from None
    return value


def _date_format(value: str) -> str:
    # Names of days and months would be English, or whatever locale the process is in when it writes them.
    if len(value) > _LONGEST_DATE:
        raise ValueError(f"up to {_LONGEST_DATE} characters")
    if not re.fullmatch(r"(?:[^%\x00-\x1f\x7f]|%[dmyYHMZ%])*", value) or not re.search(r"%[dmyYHMZ]", value):
        raise ValueError("%d, %m, %Y, %y, %H, %M and %Z (the zone) with text between them: %d/%m/%Y %H:%M")
    return value


def _site_url(value: str) -> str:
    url = web_url(value)
    if not url or "?" in url or "#" in url:
        raise ValueError("the public base URL, such as https://news.example.org")
    return url.rstrip("/")


def _hub_url(value: str) -> str:
    url = web_url(value)
    if not url or "#" in url or "@" in url.partition("://")[2].partition("/")[0]:
        raise ValueError("an http(s) URL; it stands in every feed, so no password may stand in it")
    return url


def _source_url(value: str) -> str:
    if value.startswith("file:") and len(value) > len("file:"):
        return value
    if url := web_url(value):
        return url
    raise ValueError("an http(s) URL, or file: with a path below the configuration's folder")


def _listener(value: Any) -> Any:
    found = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[^:\s\[\]]+):(\d{1,5})", str(value))
    if found is None or int(found.group(2)) > 65535:
        raise ValueError("an address and a port: 127.0.0.1:8080, [::1]:8080 or 0.0.0.0:8080")
    return str(value)


def _opening(value: Any) -> Any:
    try:
        opening(str(value))
    except ValueError:
        raise ValueError("10.0.0.0/8, 10.1.2.3, 10.1.2.3:8080, [fd00::1]:8080, feeds.lan or feeds.lan:8080") from None
    return str(value)


def _crontab(value: str, info: ValidationInfo) -> str:
    crontab = (info.context or {}).get("crontab")
    try:
        if crontab:
            crontab(value)
    except ValueError as error:
        raise ValueError(f'minute, hour, day, month and day of the week, such as "0 7 * * 1-5"; {error}') from None
    return value


def _pattern(value: str) -> str:
    if control := _CONTROLS.search(value):
        hint = "YAML makes one of a backslash in double quotes; write the pattern in single quotes"
        raise ValueError(f"which holds a control character (U+{ord(control[0]):04X}): {hint}")
    try:
        check(value)
    except ValueError as error:
        raise ValueError(f"which is no regular expression: {error}") from None
    if fits_everything(value):
        raise ValueError("which fits everything; write what an article has to have")
    return value


def _language(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", value):
        raise ValueError("a language tag, such as en or pt-BR")
    return value


def _email(value: str) -> str:
    if value and not re.fullmatch(r"[^@\s]+@[^@\s]+", value):
        raise ValueError("an address, such as desk@example.org")
    return value


def _language_range(value: str) -> str:
    if not re.fullmatch(r"\*|[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", value):
        raise ValueError("a language tag, or its beginning: de, pt-BR; * for any")
    return value


def _header_name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", value):
        raise ValueError("letters, digits and '-', such as Authorization")
    return value


def _header_value(value: str) -> str:
    if not re.fullmatch(r"[\t\x20-\x7e\x80-\xff]*", value) or value != value.strip():
        raise ValueError("one line of Latin-1 text, without blanks around it (does a variable end in a line break?)")
    return value


def _certainty(value: Any, info: ValidationInfo) -> float | None:
    """The certainty asked for; the context's `classifier` says whether what it needs is installed."""
    if value is False:
        return None
    if not isinstance(value, int | float) or not 0.5 <= value <= 1:
        raise ValueError("true, or how certain it has to be: a number from 0.5 to 1 (true means 0.9)")
    installed = (info.context or {}).get("classifier")
    if installed and not installed():
        raise ValueError(
            "false, as long as what it learns with is not installed: pip install '.[classifier]' in the checkout"
        )
    return _CERTAIN if value is True else float(value)


def _revisions(value: Any) -> Any:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST_REVISIONS:
        raise ValueError(f"a whole number from 0, which keeps none, to {_MOST_REVISIONS}")
    return value


def _database(value: str) -> str:
    if not re.match(r"sqlite:///.|postgres(ql)?://", value) or split(value) is None:
        raise ValueError("sqlite:///path/to/file.db or postgresql://user@host/database")
    return value.replace("postgres://", "postgresql://", 1)


Duration = Annotated[timedelta, BeforeValidator(_duration)]
StoryWindow = Annotated[Duration, AfterValidator(_story_window)]
Share = Annotated[float, BeforeValidator(_share)]
Keep = Annotated[timedelta | None, BeforeValidator(_keep)]
Size = Annotated[int, BeforeValidator(_size)]
Timezone = Annotated[str, AfterValidator(_timezone)]
DateFormat = Annotated[str, AfterValidator(_date_format)]
SiteUrl = Annotated[str, AfterValidator(_site_url)]
HubUrl = Annotated[str, AfterValidator(_hub_url)]
SourceUrl = Annotated[str, AfterValidator(_source_url)]
Listener = Annotated[str, BeforeValidator(_listener)]
OpeningText = Annotated[str, BeforeValidator(_opening)]
Crontab = Annotated[str, AfterValidator(_crontab)]
Pattern = Annotated[str, AfterValidator(_pattern)]
Language = Annotated[str, AfterValidator(_language)]
Email = Annotated[str, AfterValidator(_email)]
LanguageRange = Annotated[str, AfterValidator(_language_range)]
HeaderName = Annotated[str, AfterValidator(_header_name)]
HeaderValue = Annotated[str, AfterValidator(_header_value)]
Certainty = Annotated[float | None, BeforeValidator(_certainty)]
DatabaseUrl = Annotated[str, AfterValidator(_database)]
Revisions = Annotated[int, BeforeValidator(_revisions)]
