"""A visitor's screen behind the window: the view, the fingers, the focus, and the wire to the core.

Loaded after the first frame. A press is sent once and repeated unchanged until the core has answered; until then, and
until the next screen, nothing else of that screen is sent. So a double tap is one press, and a lost answer is no
second ticket.
"""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QElapsedTimer, QObject, QTimer, QUuid, Signal

from kiosk_app.api import CitizenView, PictureSent, Press
from ui.citizen import fingers
from ui.citizen.fingers import NONE, Fingers, Target
from ui.citizen.keys import focus_after, moved_focus
from ui.citizen.page import away, present, size_of
from ui.citizen.screens import pressable
from ui.kit.console.link import RETRY_MS, CoreLink

MOST_TYPED = 8
"""Keys of a PIN that wait for their turn."""
MOST_FAULTS = 8
"""So often a core that answers with a fault is asked again."""
TAKEN_MS = 1_500
"""An answered press that leads nowhere lets go of its screen after this."""


class Session(QObject):
    """Signals: `changed` for another screen, `touched` for what is held, taken or focused, `pictureAsked` for a picture
    of this one."""

    changed = Signal()
    touched = Signal()
    pictureAsked = Signal()

    def __init__(self, core: str, orientation: str, parent: QObject) -> None:
        super().__init__(parent)
        self._size = size_of(orientation)
        self.view: CitizenView | None = None
        self._reachable = True
        self._page = 0
        self._targets: tuple[Target, ...] = ()
        self._fingers = NONE
        self._focused = ""
        self._typed: tuple[str, ...] = ()
        """Keys of a PIN that were pressed faster than the core answers, in their order."""
        self._taken = ("", "")
        """Screen id and control of the press that is under way."""
        self._closed = False
        self._pictured = ""
        self._clock = QElapsedTimer()
        self._clock.start()
        self.state = away(None, self._size, empty=True)
        self._release = QTimer(self, singleShot=True, interval=TAKEN_MS)
        self._release.timeout.connect(lambda: self._set_taken(("", "")))
        self._link = CoreLink(core, self)
        self._link.arrived.connect(self._on_view)
        self._link.reachable.connect(self._on_reachable)
        self._link.watch("/v1/citizen/events")

    def touch(self) -> dict[str, str]:
        return {"held": self._fingers.held, "taken": self._taken[1], "focused": self._focused}

    # --- intents ---------------------------------------------------------------------------------------------

    def press(self, control: str) -> None:
        if control.startswith("page:"):
            self._turn(control)
        elif control.startswith(("pin:", "key:")) and self.view is not None and _types(self.view):
            self._typed = (*self._typed, control)[:MOST_TYPED]
            self._send_typed()
        elif self.view is not None and self._reachable and self._taken[0] != self.view.screen_id:
            self._send(self.view.screen_id, control)

    def key(self, key: int, text: str) -> None:
        if self.view is None or not self._reachable:
            return
        moved, pressed = moved_focus(self._offered(), self._focused, key, text)
        self._set_focus(moved)
        if pressed:
            self.press(pressed)

    def finger_down(self, finger: int, x: float, y: float) -> None:
        now = self._clock.elapsed()
        self._set_fingers(fingers.down(self._fingers, finger, x, y, self._targets, self._screen_id(), now))
        self._set_focus("")

    def finger_moved(self, finger: int, x: float, y: float) -> None:
        self._set_fingers(fingers.moved(self._fingers, finger, x, y))

    def finger_up(self, finger: int, x: float, y: float) -> None:
        left, pressed = fingers.up(self._fingers, finger, x, y, self._screen_id(), self._clock.elapsed())
        self._set_fingers(left)
        if pressed:
            self.press(pressed)

    def finger_lost(self, finger: int) -> None:
        self._set_fingers(fingers.lost(self._fingers, finger))

    def send_picture(self, png: bytes) -> None:
        """Of what stands there now. The core throws it away where that is no first screen any more."""
        if self.view is None or not self.view.picture_asked:
            return
        sent = PictureSent(asked=self.view.picture_asked, screen_id=self.view.screen_id, png=png)
        self._link.post("/v1/citizen/picture", msgspec.json.encode(sent), lambda status, reply: None, tries=1)

    def close(self) -> None:
        """Lets go of the core before the process ends."""
        self._closed = True
        self._release.stop()
        self._link.leave()

    # --- beneath ---------------------------------------------------------------------------------------------

    def _screen_id(self) -> str:
        return self.view.screen_id if self.view else ""

    def _offered(self) -> list[str]:
        """Ids in the order of the focus; what stands on another page of a list is not offered."""
        if self.view is None:
            return []
        here = {target.id for target in self._targets}
        ids = [c.id for c in pressable(self.view) if c.id in here]
        turners = [t.id for t in self._targets if t.id.startswith("page:")]
        bar = len([c for c in self.view.bar if c.id in ids])
        return [*ids[: len(ids) - bar], *turners, *ids[len(ids) - bar :]]

    def _turn(self, control: str) -> None:
        self._page = self.state["page_number"] + (1 if control == "page:next" else -1)
        self._show()

    def _send_typed(self) -> None:
        """One after the other, each on the screen that the one before has made; what is not offered there is lost."""
        view = self.view
        if view is None or not _types(view) or view.dialog is not None or view.sheet is not None:
            self._typed = ()
            return
        while self._typed and self._reachable and self._taken[0] != view.screen_id:
            control, self._typed = self._typed[0], self._typed[1:]
            if any(c.id == control for c in pressable(view)):
                self._send(view.screen_id, control)

    def _send(self, screen_id: str, control: str) -> None:
        press_id = QUuid.createUuid().toString(QUuid.StringFormat.WithoutBraces)
        body = msgspec.json.encode(Press(press_id=press_id, screen_id=screen_id, control=control))
        self._set_taken((screen_id, control))
        faults_left = MOST_FAULTS

        def send() -> None:
            if not self._closed and self._taken == (screen_id, control):
                self._link.post("/v1/citizen/press", body, answered)

        def answered(status: int, _reply: bytes) -> None:
            nonlocal faults_left
            if status == 0:
                send()
            elif status >= 500 and faults_left:
                # A core that is being stopped answers so. It knows the press by its id, so asking again is safe.
                faults_left -= 1
                QTimer.singleShot(RETRY_MS, self, send)
            elif not self._closed and self._taken == (screen_id, control):
                self._release.start()

        send()

    def _on_view(self, data: bytes) -> None:
        before, self.view = self.view, msgspec.json.decode(data, type=CitizenView)
        view = self.view
        if before is None or before.screen_id != view.screen_id:
            self._set_taken(("", ""))
        if before is None or (before.screen, before.group, before.title) != (view.screen, view.group, view.title):
            self._page = 0
        self._show()
        self._set_focus(focus_after(before, view, self._focused))
        self._send_typed()
        if view.picture_asked and view.picture_asked != self._pictured:
            self._pictured = view.picture_asked
            self.pictureAsked.emit()

    def _on_reachable(self, reachable: bool) -> None:
        self._reachable = reachable
        self._show()

    def _show(self) -> None:
        if self.view is not None and self._reachable:
            state = present(self.view, self._size, self._page)
        else:
            state = away(self.view, self._size, empty=self._reachable)
        if state != self.state:
            self.state = state
            layers = ("bar", "front") if state["covered"] else ("page", "bar")
            self._targets = tuple(
                Target(p["id"], p["x"], p["y"], p["w"], p["h"], p.get("hold_ms", 0))
                for layer in layers
                for p in state[layer]["plates"]
                if p["able"]
            )
            self.changed.emit()

    def _set_fingers(self, state: Fingers) -> None:
        before, self._fingers = self._fingers.held, state
        if before != state.held:
            self.touched.emit()

    def _set_focus(self, focused: str) -> None:
        if focused != self._focused:
            self._focused = focused
            self.touched.emit()

    def _set_taken(self, taken: tuple[str, str]) -> None:
        self._release.stop()
        if taken != self._taken:
            self._taken = taken
            self.touched.emit()


def _types(view: CitizenView) -> bool:
    """Whether keys may be pressed faster than the core answers; none of them may be lost."""
    return view.keypad is not None or view.kana is not None
