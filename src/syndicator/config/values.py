"""Values as operators write them: durations, sizes, addresses.

What a ValueError says is what is allowed, or, where it begins with "which", what is wrong with what was found.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, WithJsonSchema

from syndicator.core.addresses import opening
from syndicator.core.naming import RESERVED
from syndicator.core.patterns import check, fits_everything
from syndicator.core.urls import split, web_url

from .forms import Form, OneOrMore, Part, Truth, Whole

_CERTAIN = 0.9
_CERTAINTY = {"type": ["boolean", "number"], "minimum": 0.5, "maximum": 1}
_LONGEST = timedelta(days=36_500)
_LONGEST_WINDOW = timedelta(days=365)
_LONGEST_DATE = 40
_MOST_REVISIONS = 20
"""The operator's page shows the differences of all."""
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""All but tabs and line breaks, which patterns in blocks have."""
_SIZES = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "kB": 10**3, "MB": 10**6, "GB": 10**9}


# --- texts whose form says all ------------------------------------------------------------------------

_LEVELS = "[a-z0-9-]+(?:/[a-z0-9-]+)*"
_NAMES = "|".join(sorted(RESERVED))
_CATEGORY = Form(
    rf"(?!(?:.*/)?(?:{_NAMES})(?:/|$)){_LEVELS}",
    f"a-z, 0-9 and -, with / between levels: health/oncology; {', '.join(sorted(RESERVED))} are reserved",
)
_DURATION = Form(r"\s*(?=[0-9]{1,6}[smhd])0*[1-9][0-9]*[smhd]\s*", "a number above 0 and a unit: 30s, 90m, 1h or 7d")
_KEEP = Form(rf"forever|{_DURATION.pattern}", "30d or 365d, at least 1d; or forever")
_SIZE = Form(r"\s*[0-9]{1,12}\s*(?:B|[kMG]B|[KMG]iB)\s*", "a number and a unit: 512KiB, 10MiB or 1GiB")
_TIMEZONE = Form("[A-Za-z0-9_+/.-]+", "a time zone, as in Europe/Athens or UTC")
_DATE = Form(
    r"(?=.{1,40}$)(?=.*%[dmyYHMZ])(?:[^%\x00-\x1f\x7f]|%[dmyYHMZ%])*",
    "%d, %m, %Y, %y, %H, %M and %Z (the zone) with text between them: %d/%m/%Y %H:%M",
)
_SITE_URL = Form(r"\s*[Hh][Tt][Tt][Pp][Ss]?:[^?#]+", "the public base URL, such as https://news.example.org")
_HUB_URL = Form(
    r"\s*[Hh][Tt][Tt][Pp][Ss]?:[^#]+", "an http(s) URL; it stands in every feed, so no password may stand in it"
)
_SOURCE_URL = Form(
    r"file:[\s\S]+|\s*[Hh][Tt][Tt][Pp][Ss]?:[\s\S]+",
    "an http(s) URL, or file: with a path below the configuration's folder",
)
_LISTENER = Form(
    r"(?:\[[0-9A-Fa-f:.]+\]|[^:\s\[\]]+):[0-9]{1,5}",
    "an address and a port: 127.0.0.1:8080, [::1]:8080 or 0.0.0.0:8080",
)
_OPENING = Form(r"\S+", "10.0.0.0/8, 10.1.2.3, 10.1.2.3:8080, [fd00::1]:8080, feeds.lan or feeds.lan:8080")
_CRONTAB = Form(r"\s*\S+(?:\s+\S+){4}\s*", 'minute, hour, day, month and day of the week, such as "0 7 * * 1-5"')
_DATABASE = Form(
    r"(?:sqlite:///|postgres(?:ql)?://)[\s\S]+", "sqlite:///path/to/file.db or postgresql://user@host/database"
)
_LANGUAGE = Form("[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*", "a language tag, such as en or pt-BR")
_LANGUAGE_RANGE = Form(
    r"\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*", "a language tag, or its beginning: de, pt-BR; * for any"
)
_EMAIL = Form(r"(?:[^@\s]+@[^@\s]+)?", "an address, such as desk@example.org")
_HEADER_NAME = Form(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", "letters, digits and '-', such as Authorization")
_HEADER_VALUE = Form(
    r"[\t\x20-\x7e\x80-\xff]*",
    "one line of Latin-1 text, without blanks around it (does a variable end in a line break?)",
)
_SOURCE_ID = Form(
    "[A-Za-z0-9][A-Za-z0-9._-]{0,99}", "letters, digits, '.', '_' and '-', at most 100, and no sign first"
)


# --- what no form can say -----------------------------------------------------------------------------


def _category(value: str) -> str:
    segments = value.split("/")
    if not re.fullmatch(_LEVELS, value):
        raise ValueError("a-z, 0-9 and -, with / between levels: health/oncology")
    if reserved := RESERVED.intersection(segments):
        raise ValueError(f"which holds the reserved name {min(reserved)!r}")
    return value


def _duration(value: Any) -> Any:
    written = str(_DURATION.match(value)[0]).strip()
    duration = timedelta(seconds=int(written[:-1]) * _UNITS[written[-1]])
    if duration > _LONGEST:  # what is added to a date is to stay one
        raise ValueError(f"at most {_LONGEST.days}d")
    return duration


def _story_window(value: timedelta) -> timedelta:
    if value > _LONGEST_WINDOW:
        raise ValueError(f"at most {_LONGEST_WINDOW.days}d: its texts are kept in memory")
    return value


def _keep(value: Any) -> timedelta | None:
    """How long; None for ever."""
    if _KEEP.match(value)[0] == "forever":
        return None
    kept: timedelta = _duration(value)
    if kept < timedelta(days=1):
        raise ValueError(_KEEP.allowed)
    return kept


def _size(value: Any) -> Any:
    number, unit = re.findall("[0-9]+|[A-Za-z]+", _SIZE.match(value)[0])
    return int(number) * _SIZES[unit]


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
    return _DATE.fit(value)


def _site_url(value: str) -> str:
    url = web_url(value)
    if not url or "?" in url or "#" in url:
        raise ValueError(_SITE_URL.allowed)
    return url.rstrip("/")


def _hub_url(value: str) -> str:
    url = web_url(value)
    if not url or "#" in url or "@" in url.partition("://")[2].partition("/")[0]:
        raise ValueError(_HUB_URL.allowed)
    return url


def _source_url(value: str) -> str:
    if value.startswith("file:") and len(value) > len("file:"):
        return value
    if url := web_url(value):
        return url
    raise ValueError(_SOURCE_URL.allowed)


def _listener(value: Any) -> Any:
    if int(_LISTENER.match(value)[0].rpartition(":")[2]) > 65535:
        raise ValueError(_LISTENER.allowed)
    return str(value)


def _opening(value: str) -> str:
    try:
        opening(value)
    except ValueError:
        raise ValueError(_OPENING.allowed) from None
    return value


def _crontab(value: str, info: ValidationInfo) -> str:
    crontab = (info.context or {}).get("crontab")
    try:
        if crontab:
            crontab(value)
    except ValueError as error:
        raise ValueError(f"{_CRONTAB.allowed}; {error}") from None
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


def _header_value(value: str) -> str:
    if value != value.strip():
        raise ValueError(_HEADER_VALUE.allowed)
    return _HEADER_VALUE.fit(value)


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


def _database(value: str) -> str:
    if not re.match(r"sqlite:///.|postgres(ql)?://", value) or split(value) is None:
        raise ValueError(_DATABASE.allowed)
    return value.replace("postgres://", "postgresql://", 1)


Text = Annotated[str, Field(min_length=1)]
Flag = Annotated[bool, Truth()]
Share = Annotated[float, Part()]
Duration = Annotated[timedelta, BeforeValidator(_duration), WithJsonSchema(_DURATION.schema)]
StoryWindow = Annotated[Duration, AfterValidator(_story_window)]
Keep = Annotated[timedelta | None, BeforeValidator(_keep), WithJsonSchema(_KEEP.schema)]
Size = Annotated[int, BeforeValidator(_size), WithJsonSchema(_SIZE.schema)]
Timezone = Annotated[str, AfterValidator(_timezone), WithJsonSchema(_TIMEZONE.schema)]
DateFormat = Annotated[str, AfterValidator(_date_format), WithJsonSchema(_DATE.schema)]
SiteUrl = Annotated[str, AfterValidator(_site_url), WithJsonSchema(_SITE_URL.schema)]
HubUrl = Annotated[str, AfterValidator(_hub_url), WithJsonSchema(_HUB_URL.schema)]
SourceUrl = Annotated[str, AfterValidator(_source_url), WithJsonSchema(_SOURCE_URL.schema)]
Listener = Annotated[str, BeforeValidator(_listener), WithJsonSchema(_LISTENER.schema)]
OpeningText = Annotated[str, AfterValidator(_opening), WithJsonSchema(_OPENING.schema)]
Crontab = Annotated[str, AfterValidator(_crontab), WithJsonSchema(_CRONTAB.schema)]
Pattern = Annotated[str, AfterValidator(_pattern), WithJsonSchema({"type": "string", "minLength": 1})]
Language = Annotated[str, _LANGUAGE]
Email = Annotated[str, _EMAIL]
LanguageRange = Annotated[str, _LANGUAGE_RANGE]
HeaderName = Annotated[str, _HEADER_NAME]
HeaderValue = Annotated[str, AfterValidator(_header_value), WithJsonSchema(_HEADER_VALUE.schema)]
Certainty = Annotated[float | None, BeforeValidator(_certainty), WithJsonSchema(_CERTAINTY)]
DatabaseUrl = Annotated[str, AfterValidator(_database), WithJsonSchema(_DATABASE.schema)]
CategoryId = Annotated[str, AfterValidator(_category), WithJsonSchema(_CATEGORY.schema)]
SourceId = Annotated[str, _SOURCE_ID]
SourceIds = Annotated[tuple[SourceId, ...], OneOrMore()]
CategoryIds = Annotated[tuple[CategoryId, ...], OneOrMore()]
HubUrls = Annotated[tuple[HubUrl, ...], OneOrMore()]
Openings = Annotated[tuple[OpeningText, ...], OneOrMore()]
Texts = Annotated[tuple[Text, ...], OneOrMore()]
Patterns = Annotated[tuple[Pattern, ...], OneOrMore()]
LanguageRanges = Annotated[tuple[LanguageRange, ...], OneOrMore()]
Revisions = Annotated[int, Whole(0, _MOST_REVISIONS, ", which keeps none,")]
