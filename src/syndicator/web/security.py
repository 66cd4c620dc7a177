"""Response headers that keep pages from doing what they were not made for."""

from __future__ import annotations

_NOSNIFF = {"X-Content-Type-Options": "nosniff"}
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src https: http: data:; media-src https: http:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors {frames}"
)

PAGE = {
    **_NOSNIFF,
    "Content-Security-Policy": _POLICY.format(frames="'self'"),
    "Referrer-Policy": "strict-origin-when-cross-origin",
}
"""For our own pages."""

EMBEDDED = {
    **_NOSNIFF,
    "Content-Security-Policy": _POLICY.format(frames="*"),
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Access-Control-Allow-Origin": "*",
}
"""For fragments that other sites show inside theirs."""

OPEN = {**_NOSNIFF, "Access-Control-Allow-Origin": "*"}
"""For feeds, lists and the API: any site's script may read them."""
