"""The page of a counter is made bit by bit while the clerk chooses it: news that comes meanwhile waits for its end.

Else a layout of the page that is not whole yet counts an item that the news has taken away, and Qt ends the process.
"""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEventLoop

from kiosk_app.api import SignedInReply
from tests.ui.small_core import PIN, TOKEN
from tests.ui.staff.conftest import Face
from tests.ui.staff.office_day import EVERY, other
from ui.staff.desk import Arrived

CALM = other(counter=None, current=None, alerts=())
NEWS = [EVERY[name] for name in ("crowded", "nobody", "jam", "marked", "pad", "calm")]
"""With the first of them the counter is open and its page is shown."""
STEP_MS = 1


@pytest.mark.slow
@pytest.mark.parametrize("turn", range(3))
def test_whatever_comes_while_it_is_made_is_seen_when_it_is_whole(face: Face, turn: int) -> None:
    face.core.signed_in = SignedInReply(ok=True, token=TOKEN, staff_code="2041", role="clerk")
    face.core.view = CALM
    face.console.signIn("2041", PIN)
    session, console = face.console.session(), face.console
    came, limit = 0, QDeadlineTimer(30_000)
    for news in itertools.cycle(NEWS[turn:] + NEWS[:turn]):
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, STEP_MS)
        if console._held:
            session.go(Arrived(news))
            assert (console.state["page"], console.face.value("page")) == ("work", "counter")
            came += 1
        elif came or limit.hasExpired():
            break
    assert came, "it is made bit by bit, and news came meanwhile"
    face.until(lambda: not console._held)
    assert console.face.value("page") == "work"
    assert all(console.face.value(part) == console.state[part] for part in ("visit", "list", "alerts"))
