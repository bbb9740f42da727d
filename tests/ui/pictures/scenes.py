"""What is pictured: per sheet a face and its screens. Each face has one window, in which screens follow each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import msgspec
from PIL import Image
from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEvent, QObject
from PySide6.QtGui import QImage
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow

from kiosk_app.api import LANGUAGES, CitizenView, Language
from tests.ui.citizen.certificate_views import certificate_view
from tests.ui.citizen.forms_views import forms_view
from tests.ui.citizen.office_views import view
from tests.ui.citizen.procedure_views import procedure_view
from ui.citizen.model import Kiosk
from ui.staff.model import Console
from ui.staff.session import Session as StaffSession

MODES = ("normal", "large", "contrast", "low")
UPRIGHT = ("idle", "choose", "services", "confirm", "take", "trouble", "sheet-ease", "dialog-timeout")
CARD = ("idle-card", "card-about", "card-place", "card-wrong", "card-last", "card-works", "card-take-reset")
BOOKED: dict[str, tuple[tuple[str, Language, str], ...]] = {
    "booked-1": (
        ("idle-booked-card", "ja", "normal"),
        ("check-in", "ja", "normal"),
        ("check-in-wrong", "ja", "normal"),
        ("check-in-which", "easy", "normal"),
        ("said-already", "ja", "contrast"),
        ("said-other-day", "en", "large"),
        ("take-late", "easy", "large"),
    ),
    "booked-2": (
        ("confirm-times", "ja", "normal"),
        ("times-chosen", "ja", "normal"),
        ("times", "ko", "contrast"),
        ("times-chosen", "vi", "large"),
        ("times-gone", "en", "low"),
        ("times-seven", "zh", "normal"),
        ("take-slot", "ja", "normal"),
    ),
    "booked-landscape": (
        ("check-in", "easy", "large"),
        ("times-chosen", "ja", "normal"),
    ),
}
"""Of reservations: each screen once, and what is hardest of it."""
CERTIFICATE: tuple[tuple[str, Language, str], ...] = (
    ("items", "easy", "large"),
    ("confirm", "ja", "normal"),
    ("take", "ja", "normal"),
    ("claim", "en", "contrast"),
)
"""Of a certificate kiosk: the parts that no other screen has. There is little room for more."""
PROCEDURES: tuple[tuple[str, Language, str], ...] = (
    ("idle-all", "ja", "normal"),
    ("events", "ja", "normal"),
    ("question", "easy", "large"),
    ("list", "ja", "normal"),
    ("bring", "en", "contrast"),
    ("visit", "vi", "low"),
)
"""Of who looks for the right procedures."""
FORMS: tuple[tuple[str, Language, str], ...] = (
    ("check", "ja", "normal"),
    ("kana", "ja", "normal"),
    ("rest", "vi", "low"),
    ("confirm", "en", "contrast"),
    ("take", "easy", "large"),
)
"""Of forms that nobody has to write: keys of our own, and what is looked at before and after the paper."""
LYING: tuple[tuple[str, Language, str], ...] = (
    ("idle", "ja", "normal"),
    ("choose", "vi", "large"),
    ("services", "easy", "normal"),
    ("confirm", "en", "contrast"),
    ("take", "ko", "normal"),
    ("dialog-timeout", "zh", "large"),
    ("card-place-right", "ja", "normal"),
    ("card-wrong", "vi", "large"),
    ("card-last", "easy", "normal"),
    ("card-unconfirmed", "en", "normal"),
    ("card-locked", "zh", "contrast"),
    ("card-take", "ko", "large"),
)
PRINTER = ("paper", "jam", "jam-accepted", "other-model", "other-models")
DESK = ("sign-in", "working", "training", "nobody", "crowded", "cancel", *PRINTER, "press:paper", "press:jam", "model")
LINE = ("thrice", "marked", "tab:today", "tab:leader", "tab:figures")
SLOTS = ("slots", "slots-tried", "slots-crowded", "slots-away", "slots-hit")
"""Their own sheet, because a sheet has so many colours and no more. Of a leader: the day, a length
that is tried, twelve lanes of seven minutes that can be taken back, away from the hub, whom to ring up."""
MONEY = ("money", "money-day", "money-refused", "money-claim")
"""Of an office with certificate kiosks."""
AWAY = ("away", "away-lost", "away-certificate", "away-guide")
"""`cancel`, `model` and what follows `press:` are presses on the desk of `working`, which rings with two alerts; what
is under `tab:` is a leader's."""
HALL = ("two", "calm", "four", "six", "one-news", "silent-one")
"""And after them a notice in each language that is shown, beside two groups."""
AGES = (("aged", 190, "away"), ("listen", 200, "away"), ("listen-certificate", 0, "certificate"))
"""Last, with what each adds to the seconds since the hub was heard."""
SHEETS = (
    *(f"{language}-{mode}" for language in LANGUAGES for mode in MODES),
    *(f"card-{language}-{mode}" for language in LANGUAGES for mode in MODES),
    *BOOKED,
    "certificate",
    "procedures",
    "forms",
    "landscape",
    "staff",
    "slots",
    "money",
    "display",
)
SETTLED_MS = 10_000
FACES = ("citizen", "card", "booked", "certificate", "procedures", "forms", "landscape", "staff", "display")
Scene = tuple[str, str, Image.Image]
"""Sheet, screen, picture."""


def scenes(face: str) -> Iterator[Scene]:
    upright = {
        "citizen": _upright,
        "card": _card,
        "booked": _booked,
        "certificate": _certificate,
        "procedures": _procedures,
        "forms": _forms,
    }
    faces = {**upright, "landscape": _lying, "staff": _desk, "display": _hall}
    yield from faces[face]()
    put_away()


def put_away() -> None:
    """The last window, before its model: its bindings would read what is gone."""
    engine, _model, window = _kept.pop()
    window.close()
    engine.deleteLater()
    _turn()


def _upright() -> Iterator[Scene]:
    show = _citizen("portrait")
    for language in LANGUAGES:
        for mode in MODES:
            for name in UPRIGHT:
                yield f"{language}-{mode}", name, show(name, language, mode)


def _card() -> Iterator[Scene]:
    """Of a machine with a card reader."""
    show = _citizen("portrait")
    for language in LANGUAGES:
        for mode in MODES:
            for name in CARD:
                yield f"card-{language}-{mode}", name, show(name, language, mode)


def _booked() -> Iterator[Scene]:
    show = _citizen("portrait")
    for sheet, shown in BOOKED.items():
        if sheet.endswith("landscape"):
            put_away()
            show = _citizen("landscape")
        for name, language, mode in shown:
            yield sheet, f"{name}-{language}-{mode}", show(name, language, mode)


def _certificate() -> Iterator[Scene]:
    show = _citizen("portrait", certificate_view)
    for name, language, mode in CERTIFICATE:
        yield "certificate", f"{name}-{language}-{mode}", show(name, language, mode)


def _forms() -> Iterator[Scene]:
    show = _citizen("portrait", forms_view)
    for name, language, mode in FORMS:
        yield "forms", f"{name}-{language}-{mode}", show(name, language, mode)


def _procedures() -> Iterator[Scene]:
    show = _citizen("portrait", procedure_view)
    for name, language, mode in PROCEDURES:
        yield "procedures", f"{name}-{language}-{mode}", show(name, language, mode)


def _lying() -> Iterator[Scene]:
    show = _citizen("landscape")
    for name, language, mode in LYING:
        yield "landscape", f"{name}-{language}-{mode}", show(name, language, mode)


def _citizen(orientation: str, view: Callable[..., CitizenView] = view) -> Callable[[str, Language, str], Image.Image]:
    kiosk, window = citizen(orientation)
    session = kiosk.session()

    def show(name: str, language: Language, mode: str) -> Image.Image:
        modes = () if mode == "normal" else (mode,)
        session._on_view(msgspec.json.encode(view(name, language, *modes)))
        kiosk.finish()
        assert not session.state["broken"], f"{name} in {language}, {mode}, does not stand whole"
        return picture(window, 4)

    return show


def citizen(orientation: str) -> tuple[Kiosk, QQuickWindow]:
    from ui.citizen.main import build

    engine, kiosk = build("", orientation)
    kiosk.session()
    # Closed at once, or the face would say after a while that it cannot reach its core.
    kiosk.close()
    return kiosk, _window(engine, kiosk)


def _desk() -> Iterator[Scene]:
    from tests.ui.staff.figures_days import statistics
    from tests.ui.staff.office_day import EVERY
    from ui.staff.desk import Arrived, Desk
    from ui.staff.figures_desk import FiguresTold
    from ui.staff.main import build

    engine, console = build("")
    session = console.session()
    console.close()
    window = _window(engine, console)
    for name in (*DESK, *LINE):
        if name != "sign-in":
            shown = EVERY.get(name, EVERY["leads" if name.startswith("tab:") else "working"])
            session.desk = Desk(page="work", token="t", staff_code="2041", counter=3, training=shown.training)
            session.go(Arrived(shown))
            # Or the seconds since the view came would be in the picture.
            session._since_view.invalidate()
        if name not in ("sign-in", *EVERY):
            console.press(name.removeprefix("press:"))
        if (asked := session.desk.figures.asked) is not None:
            session.go(FiguresTold(asked, statistics(asked.since, asked.to)))
        _settle(window)
        yield "staff", name, picture(window, 2)
    for name in AWAY:
        yield "staff", name, _away(session, window, name)
    for name in SLOTS:
        yield "slots", name, _slots(console, window, name)
    for name in MONEY:
        yield "money", name, _money(console, window, name)


def _away(session: StaffSession, window: QQuickWindow, name: str) -> Image.Image:
    """Three minutes after the hub was lost, on another computer."""
    from tests.ui.staff.office_day import EVERY, other
    from ui.staff.desk import Aged, Arrived, Desk, Reached, Unanswered

    guide = name == "away-guide"
    shown = other(role="guide", counter=None, current=None) if guide else EVERY["working"]
    session.desk = Desk(page="work", tab="guide" if guide else "desk", token="t", staff_code="2041", elsewhere=True)
    session.go(Arrived(shown))
    session._since_view.invalidate()
    session.go(Reached(False, "certificate" if name == "away-certificate" else "away"))
    if name == "away-lost":
        session.go(Unanswered("i", "call_next"))
    session.go(Aged(3))
    _settle(window)
    return picture(window, 2)


def _money(console: Console, window: QQuickWindow, name: str) -> Image.Image:
    from kiosk_app.api import MoneySign
    from tests.ui.staff import money_day
    from ui.staff.desk import Arrived, Desk
    from ui.staff.money_desk import Money, MoneyArrived, WatchMoney

    session = console.session()
    # As if it were followed already, because there is no core here.
    session.desk = Desk(page="work", tab="money", token="t", staff_code="2041", money=Money(watched=WatchMoney("")))
    refused = (money_day.REFUSED,) if name == "money-refused" else ()
    session.go(Arrived(money_day.at_the_counter(money=MoneySign(refused=refused))))
    session._since_view.invalidate()
    session.go(MoneyArrived(WatchMoney(""), money_day.MONEY))
    for press in {"money-day": ("money_part:day",), "money-claim": ("claim:a2",)}.get(name, ()):
        console.press(press)
    _settle(window)
    return picture(window, 2)


def _slots(console: Console, window: QQuickWindow, name: str) -> Image.Image:
    from kiosk_app.api import SlotChange, SlotsPreviewAsked
    from tests.ui.staff import slot_days
    from tests.ui.staff.office_day import LEADER, other
    from ui.staff.desk import Arrived, Desk, Reached
    from ui.staff.slots_desk import AskPreview, Slots, SlotsArrived, SlotsTold, WatchSlots

    session = console.session()
    day = slot_days.crowded() if name == "slots-crowded" else slot_days.ordinary()
    # As if it were followed already, because there is no core here.
    followed = Slots(watched=WatchSlots("", ""))
    if name == "slots-crowded":
        day = replace(day, undo="10分 → 7分（11:58）")
    if name == "slots-hit":
        listed = {"list": "hit", "hit": slot_days.hit(day), "contacts": slot_days.contacts(day)}
        followed = replace(followed, contacts_watched=True, **listed)
    session.desk = Desk(page="work", tab="slots", token="t", staff_code="3001", role="leader", slots=followed)
    clock = f"{day.now_min // 60}:{day.now_min % 60:02d}"
    session.go(Arrived(other(role="leader", leader=LEADER, alerts=(), time=clock)))
    session._since_view.invalidate()
    change = SlotChange(letter="A", length_min=7) if name == "slots-tried" else None
    if change is not None:
        tried = replace(followed, change=change, asked=AskPreview(change))
        session.desk = replace(session.desk, slots=tried)
    session.go(SlotsArrived(WatchSlots("", ""), slot_days.view(day)))
    if change is not None:
        told = slot_days.preview(day, SlotsPreviewAsked(change=change))
        session.go(SlotsTold(AskPreview(change), preview=told))
    if name == "slots-away":
        session.go(Reached(False, "away"))
    _settle(window)
    return picture(window, 2)


def _hall() -> Iterator[Scene]:
    from msgspec.structs import replace

    from tests.ui.display.test_screens import EVERY, LONGEST
    from ui.display.main import build
    from ui.display.presentation import OTHER_LANGUAGES

    engine, board = build("", "1F")
    board.begin()
    board.close()
    window = _window(engine, board)
    for name in HALL:
        board._on_view(msgspec.json.encode(EVERY[name]))
        _settle(window)
        yield "display", name, picture(window, 4)
    board._on_view(msgspec.json.encode(replace(EVERY["two"], notices=(LONGEST,))))
    for language in OTHER_LANGUAGES:
        board.turn_page()
        yield "display", f"news-{language}", picture(window, 4)
        board.turn_page()
    for name, age_s, trouble in AGES:
        board._on_view(msgspec.json.encode(EVERY["four"]))
        assert board._link is not None
        board._link._heard_s -= age_s
        board._on_trouble(trouble)
        _settle(window)
        yield "display", name, picture(window, 4)


def _window(engine: QQmlApplicationEngine, model: QObject) -> QQuickWindow:
    (window,) = engine.rootObjects()
    assert isinstance(window, QQuickWindow)
    _kept.append((engine, model, window))
    _turn()
    return window


_kept: list[tuple[QQmlApplicationEngine, QObject, QQuickWindow]] = []
"""Python's collector would take a window that nothing else names."""


def _settle(window: QQuickWindow) -> None:
    """Until nothing is loading or moving any more."""
    deadline = QDeadlineTimer(SETTLED_MS)
    while not window.property("settled") and not deadline.hasExpired():
        _turn()
    assert window.property("settled")


def _turn() -> None:
    for _ in range(3):
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def picture(window: QQuickWindow, smaller: int) -> Image.Image:
    """Each dot is the mean of a square, so that a fraction of a dot shows little."""
    _turn()
    grabbed = window.grabWindow().convertToFormat(QImage.Format.Format_RGBA8888)
    size = (grabbed.width(), grabbed.height())
    raw = Image.frombuffer("RGBA", size, bytes(grabbed.constBits()), "raw", "RGBA", grabbed.bytesPerLine(), 1)
    return raw.convert("RGB").reduce(smaller)
