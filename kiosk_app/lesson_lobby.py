"""A touchscreen for practice alone (練習モード), in place of the lobby that gives tickets; its face is the same.

Nothing is saved and no fact is written, but that somebody has called for help.
"""

from __future__ import annotations

import base64
from datetime import datetime, time, timedelta
from io import BytesIO
from typing import Any

from kiosk_app import api
from kiosk_app.journeys import lesson as practice
from kiosk_app.journeys import messages as m
from kiosk_app.journeys.lesson import Lesson, LessonCommand, PrintLesson, Sample
from kiosk_app.journeys.lesson_view import view
from kiosk_app.journeys.ticket_view import controls
from kiosk_app.lobby import Lobby
from kiosk_app.office import calendar, catalogue
from kiosk_app.office.catalogue import Office

LESSON_AT = time(10, 0)
DAYS_LOOKED_AT = 31
PAGE_PX = (420, 594)


class LessonLobby(Lobby):
    def __init__(self, *arguments: Any, **names: Any) -> None:
        super().__init__(*arguments, **names)
        self._sample = sample()
        context = self._context()
        self.lesson: Lesson = practice.start(context, shift_ms(context))
        self.state = self.lesson.inner

    def view(self) -> api.CitizenView:
        return view(self.lesson, self._context(), self._sample)

    @property
    def is_free(self) -> bool:
        return self.lesson.page == "start"

    def press(self, press: api.Press) -> api.Reply:
        """A press on a screen that is gone does nothing, and that is no error."""
        if press.screen_id == self.lesson.screen_id:
            offered = controls(self.view()).get(press.control)
            # Whatever can be pressed makes a new screen, or the face would wait for one.
            if press.control == "voice" or (offered is not None and offered.state != "off"):
                after, commands = practice.pressed(self.lesson, press.control, self._context(), self._sample)
                self._become(after)
                self._do(commands)
        return api.Reply(ok=True)

    def handle(self, event: m.AnyEvent) -> None:
        """Of the machine nothing is heard here but that somebody comes."""
        if isinstance(event, m.AlertAccepted):
            self._become(practice.accepted(self.lesson, event, self._context(), self._sample))

    def resume(self) -> None:
        """Nothing to go on with: whoever learns begins again."""

    def new_session(self) -> None:
        context = self._context()
        self._become(practice.start(context, shift_ms(context)))

    def tick(self) -> None:
        self._become(practice.tick(self.lesson, self._context()))

    def _become(self, after: Lesson) -> None:
        if after != self.lesson:
            self.lesson, self.state = after, after.inner
            self.changed.bump()

    def _do(self, commands: tuple[LessonCommand, ...]) -> None:
        for command in commands:
            if isinstance(command, PrintLesson):
                self._tasks.start(self._print(command))
            else:
                self._start(command)

    async def _print(self, command: PrintLesson) -> None:
        # Loaded by the first who wants paper.
        from kiosk_app.lesson_paper import paper

        await self._issuer.print_aside(paper(self._context(), command), command.job)
        self._become(practice.printed(self.lesson, command.job))


def shift_ms(context: m.Context) -> int:
    """To ten o'clock of a day on which the office is open: then every certificate is sold, whenever the lesson is."""
    zone = catalogue.zone(context.office)
    now = datetime.fromtimestamp(context.now_utc_ms / 1000, zone)
    at = datetime.combine(_open_day(context.office, now), LESSON_AT, zone)
    return int((at - now).total_seconds() * 1000)


def _open_day(office: Office, now: datetime) -> Any:
    days = [now.date() + timedelta(days=n) for n in range(DAYS_LOOKED_AT)]
    return next((day for day in days if calendar.business_day(office, day) is not None), days[0])


def sample() -> Sample:
    """Lines where text would be, and SAMPLE across them."""
    from PIL import Image, ImageDraw, ImageFont

    page = Image.new("L", PAGE_PX, 255)
    draw = ImageDraw.Draw(page)
    draw.rectangle((110, 40, 310, 62), fill=40)
    for n in range(16):
        draw.rectangle((40, 100 + n * 28, 380 - (n % 4) * 50, 108 + n * 28), fill=170)
    across = Image.new("L", (520, 120), 255)
    ImageDraw.Draw(across).text((20, 5), "SAMPLE", fill=120, font=ImageFont.load_default(100))
    turned = across.rotate(50, expand=True, fillcolor=255)
    page.paste(turned, (0, 60), turned.point(lambda tone: 255 if tone < 200 else 0))
    file = BytesIO()
    page.save(file, "png", optimize=True)
    picture = "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")
    return Sample(picture=picture, width_px=PAGE_PX[0], height_px=PAGE_PX[1])
