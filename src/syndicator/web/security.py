"""Response headers that keep pages from doing what they were not made for."""

from __future__ import annotations

_NOSNIFF = {"X-Content-Type-Options": "nosniff"}
_CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, IM"}
"""A script may read the validators too, so that it can ask for what has changed since."""
_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' https: http: data:; media-src https: http:; "
    "form-action {forms}; base-uri 'none'; frame-ancestors {frames}"
)

_REFERRER = {"Referrer-Policy": "strict-origin-when-cross-origin"}

PAGE = {
    **_NOSNIFF,
    **_REFERRER,
    "Content-Security-Policy": _POLICY.format(forms="'none'", frames="'self'"),
}
"""For our own pages, and whatever else a browser may show as one: a picture in SVG, a plain text."""

OPERATOR = {
    **PAGE,
    "Content-Security-Policy": _POLICY.format(forms="'self'", frames="'none'"),
    "Cache-Control": "no-store",
}
"""For the operator's pages, which have forms."""

EMBEDDED = {
    **_NOSNIFF,
    **_REFERRER,
    "Content-Security-Policy": _POLICY.format(forms="'none'", frames="*"),
    **_CORS,
}
"""For fragments that other sites show inside theirs."""

OPEN = {**_NOSNIFF, **_CORS}
"""For feeds, lists and the API: any site's script may read them."""

PREFLIGHT = {
    **_NOSNIFF,
    "Allow": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}
"""For the question whether it may: whatever headers it sends, since only those of caching mean anything here."""
