"""Response headers that keep pages from doing what they were not made for."""

from __future__ import annotations

_NOSNIFF = {"X-Content-Type-Options": "nosniff"}
_CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, IM"}
"""A script may read the validators too, so that it can ask for what has changed since."""
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src https: http: data:; media-src https: http:; "
    "form-action {forms}; base-uri 'none'; frame-ancestors {frames}"
)

PAGE = {
    **_NOSNIFF,
    "Content-Security-Policy": _POLICY.format(forms="'none'", frames="'self'"),
    "Referrer-Policy": "strict-origin-when-cross-origin",
}
"""For our own pages."""

OPERATOR = {
    **PAGE,
    "Content-Security-Policy": _POLICY.format(forms="'self'", frames="'none'"),
    "Cache-Control": "no-store",
}
"""For the operator's pages, which have forms."""

EMBEDDED = {
    **_NOSNIFF,
    "Content-Security-Policy": _POLICY.format(forms="'none'", frames="*"),
    "Referrer-Policy": "strict-origin-when-cross-origin",
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
