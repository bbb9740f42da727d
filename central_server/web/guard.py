"""That a form was ours and this visitor's: a random cookie that only our pages can read back as a token in the form.

`__Host-` keeps anybody else from setting that cookie, SameSite=Lax keeps other sites from using it, and what a browser
says of where a request comes from is believed when it says no.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from kiosk_app.clock import new_token

FIELD = "token"
VISITOR_DAYS = 30
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Of every answer. `same-origin`: our own addresses hold no key, and a browser that hides them from us sends no Origin
with a form."""
HSTS = "max-age=31536000"


class Cookies:
    """`public_url` says whether visitors come by https: then no cookie of ours ever leaves without."""

    def __init__(self, public_url: str) -> None:
        self.secure = public_url.startswith("https:")
        self.visitor = "__Host-visitor" if self.secure else "visitor"
        self.key = "__Secure-key" if self.secure else "key"
        self.language = "__Host-language" if self.secure else "language"
        self.ticket = "__Host-ticket" if self.secure else "ticket"

    def set(self, response: Response, name: str, value: str, max_age_s: int, path: str = "/") -> None:
        response.set_cookie(
            name, value, max_age=max_age_s, path=path, secure=self.secure, httponly=True, samesite="lax"
        )

    def drop(self, response: Response, name: str, path: str = "/") -> None:
        response.delete_cookie(name, path=path, secure=self.secure, httponly=True, samesite="lax")


def secret(given: str | None) -> tuple[str, bool]:
    """This visitor's, and whether it is new and must be sent."""
    if given is not None and _SECRET.fullmatch(given):
        return given, False
    return new_token(), True


def token(of_visitor: str) -> str:
    return hmac.digest(of_visitor.encode(), b"hitofuda form 1", hashlib.sha256).hex()


def is_ours(request: Request, of_visitor: str, given: str, public_url: str) -> bool:
    """Whether a form that was sent is one that we gave to this visitor."""
    if not hmac.compare_digest(given.encode(), token(of_visitor).encode()):
        return False
    return is_same_origin(request, public_url)


def is_same_origin(request: Request, public_url: str) -> bool:
    """What a browser says of where a form comes from is believed when it says no."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or origin in _origins(request, public_url)


def _origins(request: Request, public_url: str) -> tuple[str, ...]:
    public = urlsplit(public_url)
    return f"{public.scheme}://{public.netloc}", f"{request.url.scheme}://{request.url.netloc}"
