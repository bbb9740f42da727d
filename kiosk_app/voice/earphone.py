"""`hitofuda voice --citizen`: says the screens of the ticket machine into the earphone while its voice mode is on.

And it chimes while a card lies at the reader that somebody should take, with the voice on or off; before that it says
aloud what a screen has for everybody who stands there.

Two threads: one follows the views and silences what is old, one makes and plays a sentence at a time. May be restarted
at any moment: the screen that is there is then said from its beginning.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable

from kiosk_app.api import CitizenView
from kiosk_app.client import Client, CoreTrouble
from kiosk_app.voice.output import Output
from kiosk_app.voice.screens import Listening, Say, follow
from kiosk_app.voice.synthesiser import Synthesiser, chime, click

CHIME_EVERY_S = 3.0
REMEMBERED_SENTENCES = 32
"""Somebody who goes back hears the same again at once; some 10 MB."""


class Desk:
    """The newest wish wins; an older one that nobody took is forgotten."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._wish: Say | None = None
        self._trouble: BaseException | None = None
        self._number = 0

    def put(self, wish: Say) -> None:
        with self._changed:
            self._wish, self._number = wish, self._number + 1
            self._changed.notify()

    def fail(self, trouble: BaseException) -> None:
        """Raised by the next `take`."""
        with self._changed:
            self._trouble, self._number = trouble, self._number + 1
            self._changed.notify()

    def take(self) -> tuple[int, Say]:
        """Waits for a wish; its number tells whether it is still the newest."""
        with self._changed:
            self._changed.wait_for(lambda: self._wish is not None or self._trouble is not None)
            if self._trouble is not None:
                raise self._trouble
            assert self._wish is not None
            wish, self._wish = self._wish, None
            return self._number, wish

    def wait(self, number: int, most_s: float) -> None:
        """Until something newer is wished."""
        with self._changed:
            self._changed.wait_for(lambda: self._number != number, most_s)

    def is_newest(self, number: int) -> bool:
        return self._number == number


def run(
    client: Client,
    synthesiser: Synthesiser,
    output: Output,
    unheard: Callable[[str], None],
    aloud: Output | None = None,
) -> CoreTrouble:
    """Speaks until the core refuses us, and says why. `unheard` is told what did not reach the ear.

    `aloud` is what somebody hears who walks away without their card; the earphone's own where there is no other.
    """
    aloud = aloud or output
    desk = Desk()
    threading.Thread(target=_read, args=(client, desk, (output, aloud)), name="views", daemon=True).start()
    samples = functools.lru_cache(REMEMBERED_SENTENCES)(synthesiser.samples)
    said = chimed = 0
    try:
        while True:
            number, wish = desk.take()
            said += bool(wish.sentences)
            newest = functools.partial(desk.is_newest, number)
            if wish.click and (trouble := output.play(f"{said:03}-key.wav", click(), newest)):
                unheard(trouble)
            for sentence in wish.sentences:
                sound = samples(sentence)
                name = f"{said:03}-{wish.screen}.wav"
                if trouble := output.play(name, sound, newest):
                    unheard(trouble)
                if not newest():
                    break
            if (
                wish.aloud
                and newest()
                and (trouble := aloud.play(f"aloud-{number:03}.wav", samples(wish.aloud), newest))
            ):
                unheard(trouble)
            while wish.chimes and newest():
                chimed += 1
                if trouble := aloud.play(f"chime-{chimed:03}.wav", chime(), newest):
                    unheard(trouble)
                desk.wait(number, CHIME_EVERY_S)
    except CoreTrouble as refusal:
        return refusal
    finally:
        output.hush()
        aloud.hush()


def _read(client: Client, desk: Desk, outputs: tuple[Output, ...]) -> None:
    state = Listening()
    try:
        for view in client.views("/v1/citizen/events", CitizenView, only="view"):
            state, wish = follow(state, view)
            if wish is not None:
                desk.put(wish)
                for output in outputs:
                    output.hush()
    except BaseException as trouble:  # handed to the speaking thread, which ends the process with it
        desk.fail(trouble)
        for output in outputs:
            output.hush()
