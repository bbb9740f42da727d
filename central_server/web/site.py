"""What every page stands on: its language and words, its visitor, the limits, and the frame around the answer."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import jinja2
import psycopg
from markupsafe import Markup
from psycopg_pool import PoolTimeout, TooManyRequests
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from central_server.central import Central, OfficeHere
from central_server.database import quick
from central_server.web import boards, finder, forms, guard, limits
from central_server.web.languages import HTML_LANG, OWN_NAMES, accepted, known, ruby
from central_server.web.ticket_view import Shown
from kiosk_app import words as kiosk_words
from kiosk_app.api import LANGUAGES, Language
from kiosk_app.office import catalogue, dates
from kiosk_app.office.catalogue import Text

HERE = Path(__file__).parent
UNREVIEWED: tuple[Language, ...] = ("easy", "zh", "ko", "vi")
"""Whose texts no native speaker has read yet, as their catalogues of words say."""
LANGUAGE_DAYS = 365
SHORT_ID = re.compile(r"[A-Za-z0-9_-]{16}")
"""Of bookings and tickets, as clock.new_id makes them."""
RETRY_S = 60
FORMS_ONLY = frozenset({"confirm", "release", "answer"})
"""Ends of addresses that take forms and show nothing of their own."""
log = logging.getLogger(__name__)

Why = Literal["not_found", "form_old", "too_many", "too_large", "busy", "no_booking", "no_ticket"]
STATUS: Mapping[Why, int] = {
    "not_found": 404,
    "no_booking": 404,
    "no_ticket": 404,
    "form_old": 403,
    "too_many": 429,
    "too_large": 413,
    "busy": 503,
}


class Trouble(Exception):
    """A page of its own that says what to do next: `trouble.<why>` and `trouble.<why>_next`."""

    def __init__(self, why: Why, office: str = "") -> None:
        super().__init__(why)
        self.why, self.office = why, office


class Site:
    """One a process."""

    def __init__(self, central: Central, allowed: limits.PageLimits | None = None) -> None:
        self.central = central
        self.limits = allowed or limits.PageLimits()
        self.cookies = guard.Cookies(central.public_url)
        self._words = kiosk_words.load(domains=("pages",))
        self._kiosk_words = kiosk_words.load(domains=kiosk_words.domains_of(False, True))
        self._own_words = self._words.keys("ja")
        self.table = finder.load()
        self.forget()
        self._finders: dict[str, tuple[OfficeHere, finder.Finder]] = {}
        self.assets = {path.name: path.read_bytes() for path in sorted((HERE / "static").iterdir())}
        self.version = hashlib.sha256(b"".join(self.assets.values())).hexdigest()[:12]
        self.templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def forget(self) -> None:
        """Pictures and counts that this process keeps for a moment."""
        self.boards = boards.Boards()
        self._readers = limits.Readers(self.limits.pages)

    def say(self, language: Language, key: str, count: int | None = None, /, **values: object) -> str:
        """The pages' own word, else the ticket machine's: what both say is said alike."""
        words = self._words if key in self._own_words else self._kiosk_words
        return words.say(language, key, count, **values)

    def finder_of(self, here: OfficeHere) -> finder.Finder:
        kept = self._finders.get(here.office.id)
        if kept is None or kept[0] is not here:
            kept = self._finders[here.office.id] = here, finder.Finder(here.office, self.table)
        return kept[1]

    def page(self, handler: Callable[[Visit], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        """The endpoint of a page: whatever happens behind it, the visitor reads what to do next."""

        async def endpoint(request: Request) -> Response:
            visit = Visit(self, request)
            try:
                if not self._readers.allowed(visit.address, visit.now):
                    raise Trouble("too_many")
                response = await handler(visit)
            except Trouble as trouble:
                response = visit.trouble(trouble)
            except forms.TooLarge:
                response = visit.trouble(Trouble("too_large"))
            except forms.NotAForm:
                response = visit.trouble(Trouble("form_old"))
            except (PoolTimeout, TooManyRequests, psycopg.OperationalError) as error:
                # The database is away or overloaded; its message may hold what was asked, so only its kind is told.
                log.warning("a page without its database: %s", type(error).__name__)
                response = visit.trouble(Trouble("busy"))
            return visit.finished(response)

        return endpoint


class Visit:
    """One request and its answer."""

    def __init__(self, site: Site, request: Request) -> None:
        self.site, self.request, self.central = site, request, site.central
        self.now = site.central.now()
        self.address = limits.subscriber(request.client.host if request.client else "")
        self._wished = known(request.query_params.get("lang"))
        self.language: Language = (
            self._wished
            or known(request.cookies.get(site.cookies.language))
            or accepted(request.headers.get("accept-language", ""))
        )
        self.secret, self._new_visitor = guard.secret(request.cookies.get(site.cookies.visitor))
        self._shows_form = False
        self._here: OfficeHere | None = None

    # --- the office ------------------------------------------------------------------------------------------------

    @property
    def here(self) -> OfficeHere:
        """Of the address. Raises Trouble for one that is not served here."""
        if self._here is None:
            found = self.central.offices.get(self.request.path_params.get("office", ""))
            if found is None:
                raise Trouble("not_found")
            self._here = found
        return self._here

    def stand_in(self, office: str) -> None:
        """A page whose address names no office is this one's."""
        self._here = self.central.offices.get(office)

    @property
    def zone(self) -> ZoneInfo:
        return catalogue.zone(self.here.office)

    @property
    def local(self) -> datetime:
        """Now, on the clock of the office."""
        return self.now.astimezone(self.zone)

    @property
    def today(self) -> date:
        return self.local.date()

    def service(self) -> catalogue.Service:
        """Of the address: one that is offered."""
        wanted = self.request.path_params["service"]
        found = next((one for one in self.here.office.services if one.id == wanted), None)
        if found is None or (found.valid_until is not None and found.valid_until < self.today):
            raise Trouble("not_found")
        return found

    async def shown(self) -> Shown | None:
        """The last picture of this office."""
        return (await self.pictures()).get(self.here.office.id)

    async def pictures(self) -> Mapping[str, Shown]:
        return await self.site.boards.all(self.central.pool, self.now)

    # --- words -----------------------------------------------------------------------------------------------------

    def say(self, key: str, count: int | None = None, /, **values: object) -> str:
        return self.site.say(self.language, key, count, **values)

    def plain(self, key: str, count: int | None = None, /, **values: object) -> str:
        """Without readings: titles, names for screen readers, calendars."""
        return kiosk_words.plain(self.say(key, count, **values))

    def text(self, value: Text) -> str:
        return catalogue.text(value, self.language)

    def plain_text(self, value: Text) -> str:
        """On one line and without readings."""
        return without_readings(self.text(value))

    def day_text(self, day: date) -> str:
        return dates.screen_date(day, self.language)

    def plain_date(self, day: date) -> str:
        return without_readings(self.day_text(day))

    @staticmethod
    def ruby(text: str) -> Markup:
        return ruby(text)

    # --- forms and limits --------------------------------------------------------------------------------------------

    def token(self) -> str:
        self._shows_form = True
        return guard.token(self.secret)

    async def form(self) -> dict[str, str]:
        """What was sent, if it is this visitor's own. Raises Trouble, forms.TooLarge and forms.NotAForm."""
        sent = await forms.read(self.request)
        ours = guard.is_ours(self.request, self.secret, sent.get(guard.FIELD, ""), self.central.public_url)
        if self._new_visitor or not ours:
            raise Trouble("form_old")
        return sent

    async def limit(self, one: limits.Limit, what: str | None = None) -> None:
        """Counts one more of this address, or of `what`. Raises Trouble."""
        mark = limits.marked(self.central.box, self.address if what is None else what)
        async with quick(self.central.pool) as connection:
            if not await limits.allowed(connection, one, mark, self.now):
                raise Trouble("too_many")

    # --- answers -----------------------------------------------------------------------------------------------------

    def render(self, template: str, status: int = 200, /, **values: object) -> Response:
        office = None if self._here is None else self._here.office
        html = self.site.templates.get_template(template).render(
            visit=self,
            t=lambda key, count=None, **more: ruby(self.say(key, count, **_readable(more))),
            plain=self.plain,
            tx=lambda value: ruby(self.text(value)),
            px=self.plain_text,
            day=lambda value: ruby(self.day_text(value)),
            office=office,
            base="" if office is None else f"/{office.id}",
            html_lang=HTML_LANG[self.language],
            language=self.language,
            languages=[(one, HTML_LANG[one], OWN_NAMES[one], self._in_language(one)) for one in LANGUAGES],
            unreviewed=self.language in UNREVIEWED,
            style=f"/assets/{self.site.version}/pages.css",
            icon_address=f"/assets/{self.site.version}/icon.svg",
            token_field=guard.FIELD,
            **values,
        )
        return Response(html, status, media_type="text/html; charset=utf-8")

    def _in_language(self, language: Language) -> str:
        """This page in another language, by an address of its own."""
        kept = [(key, value) for key, value in self.request.query_params.multi_items() if key != "lang"]
        path = self.request.url.path
        if self.request.method == "POST" and (last := path.rpartition("/"))[2] in FORMS_ONLY:
            path = last[0]
        return f"{path}?{urlencode([*kept, ('lang', language)])}"

    def goes_to(self, path: str) -> Response:
        """After a form, so that going back and reloading send nothing twice. `path`: of our own ids alone."""
        return RedirectResponse(path, 303)

    def trouble(self, trouble: Trouble) -> Response:
        if trouble.office:
            self.stand_in(trouble.office)
        elif self._here is None:
            self.stand_in(str(self.request.path_params.get("office", "")))
        response = self.render("trouble.html", STATUS[trouble.why], why=trouble.why)
        if trouble.why in ("too_many", "busy"):
            response.headers["Retry-After"] = str(RETRY_S)
        return response

    def finished(self, response: Response) -> Response:
        for name, value in guard.HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Vary", "Accept-Language, Cookie")
        if "key" in self.request.path_params:
            # The address itself holds a key: nothing is told of it to whatever comes next.
            response.headers["Referrer-Policy"] = "no-referrer"
        cookies = self.site.cookies
        if cookies.secure:
            response.headers["Strict-Transport-Security"] = guard.HSTS
        if self._wished is not None:
            cookies.set(response, cookies.language, self._wished, LANGUAGE_DAYS * 86_400)
        if self._new_visitor and self._shows_form:
            cookies.set(response, cookies.visitor, self.secret, guard.VISITOR_DAYS * 86_400)
        return response


def without_readings(text: str) -> str:
    return kiosk_words.plain(text).replace("\n", " ")


def _readable(values: Mapping[str, object]) -> dict[str, object]:
    """Markup goes into a sentence as text: the sentence is escaped as a whole."""
    return {name: str(value) if isinstance(value, Markup) else value for name, value in values.items()}
