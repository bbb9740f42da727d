"""The display's view-model: one property `state`. It sends nothing but its picture when asked."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Property, QObject, QTimer, Signal

from ui.display.presentation import present

if TYPE_CHECKING:
    from kiosk_app.api import DisplayView
    from ui.kit.console.link import CoreLink

PAGE_MS = 10_000
"""The longest notice has 40 characters: read twice in this time. Nothing scrolls."""


PICTURE_WITHIN_MS = 1_500
"""Not all displays of a zone answer at once: whoever comes after the first is not asked any more."""


class Board(QObject):
    """Signals: `changed` when something else is to be shown, `pictureAsked` for a picture of this display."""

    changed = Signal()
    pictureAsked = Signal()
    """Whoever has the window answers with `send_picture`."""

    def __init__(self, core: str, zone: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view: DisplayView | None = None
        self._reachable = True
        self._trouble = ""
        self._page = 0
        self._begun = False
        """Whether a view has come since the hub began to answer: only what follows it is news."""
        self._swells = False
        self._pictured = ""
        self._pages = QTimer(self, interval=PAGE_MS)
        self._pages.timeout.connect(self.turn_page)
        self._state = present(None, True)
        self._core, self._zone = core, zone
        self._link: CoreLink | None = None

    @Property("QVariantMap", notify=changed)  # type: ignore[arg-type]
    def state(self) -> dict[str, Any]:
        return self._state

    def begin(self) -> None:
        """Listens to the core. What that needs takes as long to load as the first frame to draw, so it comes later."""
        from ui.kit.console.link import CoreLink

        self._link = CoreLink(self._core, self, "display")
        self._link.arrived.connect(self._on_view)
        self._link.opened.connect(self._on_opened)
        self._link.troubled.connect(self._on_trouble)
        self._link.watch(self._of_zone("/v1/display/events"))
        self._pages.start()

    def close(self) -> None:
        """Lets go of the core before the process ends."""
        self._pages.stop()
        if self._link is not None:
            self._link.leave()

    def turn_page(self) -> None:
        """The next notice, also while the hub is away; and what the view is still worth."""
        self._page += 1
        self._show()

    def _on_view(self, data: bytes) -> None:
        import msgspec

        from kiosk_app.api import DisplayView

        view = msgspec.json.decode(data, type=DisplayView)
        if self._view is None or view.notices != self._view.notices:
            # What is new is told first, and for its whole time.
            self._page = 0
            if self._pages.isActive():
                self._pages.start()
        self._view = view
        self._begun, self._swells = True, self._begun
        self._reachable, self._trouble = True, ""
        self._show()
        if view.picture_asked and view.picture_asked != self._pictured:
            self._pictured = view.picture_asked
            QTimer.singleShot(os.getpid() % PICTURE_WITHIN_MS, self, self._ask_for_picture)

    def _ask_for_picture(self) -> None:
        if self._view is not None and self._view.picture_asked == self._pictured:
            self.pictureAsked.emit()

    def send_picture(self, png: bytes) -> None:
        import msgspec

        from kiosk_app.api import PictureSent

        if self._view is None or not self._view.picture_asked or self._link is None:
            return
        sent = PictureSent(asked=self._view.picture_asked, screen_id="display", png=png)
        self._link.post(self._of_zone("/v1/display/picture"), msgspec.json.encode(sent), lambda *told: None, tries=1)

    def _of_zone(self, path: str) -> str:
        """A paired display has a place of its own, which the hub knows."""
        from urllib.parse import quote

        return path + (f"?zone={quote(self._zone)}" if self._zone else "")

    def _on_opened(self) -> None:
        self._begun = False

    def _on_trouble(self, trouble: str) -> None:
        if not trouble:
            # What stands here is old until the first view has come.
            return
        self._reachable, self._trouble = False, trouble
        if trouble == "token":
            # A display that was taken out of the office shows nothing of it any more.
            self._view = None
        self._show()

    def _show(self) -> None:
        age_s = self._link.silent_ms() / 1000 if self._link is not None else 0.0
        state = present(self._view, self._reachable, self._page, age_s, trouble=self._trouble, swells=self._swells)
        if state != self._state:
            self._state = state
            self.changed.emit()
