"""While the hub is away: what the last state is worth, what still works, and what became of a press without an answer.

Pure parts of the desk's step and of its presentation. Nothing is pressed twice: the hub says whether it was done, and
what it says was not done it will never do (POST /v1/staff/settle).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ui.staff.desk import Answered, Command, Desk, Leave, Lost, Reached, Settle, Settled, Unanswered
from ui.staff.first import Map
from ui.staff.wording import ACT_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

Outcome = tuple[Desk, tuple[Command, ...]]
HELD = "held"
"""In the place of a busy control: then no other sends anything."""
STILL_OPEN = ("sign_out", "counters", "close")
"""Of a dialog, while nothing can be sent: who leaves a desk must be able to leave it."""

CERTIFICATE = (
    "つなぐ先の証明書が、この役所のものではありません。安全のため、何も送っていません。技術員を呼んでください。"
)
OLDER = "前のハブだけが答えています。番号が二重にならないよう、つないでいません。技術員を呼んでください。"
TOKEN = "この端末の登録が、ハブに認められていません。技術員を呼んで、もう一度登録してください。"
TROUBLES = {"certificate": CERTIFICATE, "older": OLDER, "token": TOKEN}
"""Those in which only a technician can help."""
NO_HUB = "ハブにつながりません。しばらくしてから、もう一度お試しください。"
ELSEWHERE = "番号札は各発券機で出ます。呼び出しは、つながると再開できます。"
"""Of a console whose hub is another computer."""
HERE = "呼び出しも発券も、つながると再開できます。"
BY_VOICE = "お待ちの方は声でお呼びし、番号を控えてください。"
EMERGENCY_PAD = "番号札が出ないときは、非常用番号札（A-901から）をお渡しください。"
WHY_OFF = "ハブにつながるまで使えません"
WHY_ASKING = "前の操作が届いたか確かめています"


def held(desk: Desk) -> bool:
    """Whether nothing can be sent now."""
    return not desk.reachable or desk.lost is not None


def busy(desk: Desk) -> str:
    """The control that waits for its answer, or HELD."""
    return desk.busy or (HELD if held(desk) else "")


# --- the step ------------------------------------------------------------------------------------------------


def reached(desk: Desk, event: Reached) -> Outcome:
    if event.trouble == "token":
        # A device that was taken out of the office shows nothing of it any more.
        return Desk(message=TOKEN, elsewhere=desk.elsewhere), (Leave(),)
    if event.reachable:
        # What stands here is old until the first view has come.
        return desk, ()
    lost = replace(desk.lost, asked=False) if desk.lost else None
    return replace(desk, reachable=False, trouble=event.trouble, lost=lost, message=""), ()


def unanswered(desk: Desk, event: Unanswered) -> Outcome:
    lost = Lost(event.intent, event.verb, desk.staff_code)
    return asked(replace(desk, busy="", message="", said="", lost=lost))


def asked(desk: Desk) -> Outcome:
    """Asks once, as soon as there is somebody to ask."""
    lost = desk.lost
    if lost is None or lost.asked or not desk.reachable or not desk.token:
        return desk, ()
    return replace(desk, lost=replace(lost, asked=True)), (Settle(lost.intent),)


def settled(desk: Desk, event: Settled) -> Outcome:
    lost = desk.lost
    if lost is None or lost.intent != event.intent:
        return desk, ()
    if event.done is None:
        return asked(replace(desk, lost=replace(lost, asked=False)))
    desk = replace(desk, lost=None)
    name = f"「{ACT_NAMES.get(lost.verb, '前の操作')}」"
    if not event.done:
        return replace(desk, message=f"{name}は届いていませんでした。必要なら、もう一度押してください。"), ()
    return answered(desk, Answered(event.ok, f"{name}は届いていました。{event.message}"), lost.verb == "issue"), ()


def answered(desk: Desk, event: Answered, was_issue: bool) -> Desk:
    if event.ok and was_issue:
        desk = replace(desk, guide_service="", guide_language="ja")
    wrong = "" if event.ok else event.message
    return replace(desk, busy="", message=wrong, said=event.message if event.ok else "")


# --- the presentation ----------------------------------------------------------------------------------------


def told(desk: Desk) -> Map:
    """`title` empty: nothing is in the way. Two lines below it at most, or three while an answer is missing."""
    name = f"「{ACT_NAMES.get(desk.lost.verb, '前の操作')}」" if desk.lost else ""
    if desk.reachable:
        title = f"{name}が届いたか確かめています。もう一度押さないでください。" if name else ""
        return {"title": title, "lines": []}
    age = f"（{desk.age_min}分前）" if desk.age_min else ""
    state = f"{desk.view.time}の状態です{age}。" if desk.view else ""
    help_first = TROUBLES.get(desk.trouble, "")
    lost = [f"{name}が届いたか、まだ分かりません。つながったら確かめます。もう一度押さないでください。"] if name else []
    title = "ハブにつながりません。" + state + ("" if help_first else "つなぎ直しています。")
    return {"title": title, "lines": [*lost, *_help(desk, help_first)]}


def _help(desk: Desk, for_technician: str) -> list[str]:
    """What still works and what to do, or whom to call."""
    if desk.view is None:
        return [for_technician] if for_technician else []
    works = ELSEWHERE if desk.elsewhere else HERE
    ringing = [alert.title for alert in desk.view.alerts if not alert.accepted_by]
    called = f"　呼ばれています：{'、'.join(ringing)}" if ringing else ""
    if for_technician:
        return [for_technician, BY_VOICE + EMERGENCY_PAD, *([called.strip()] if called else [])]
    return [works + BY_VOICE, EMERGENCY_PAD + called]


def reasoned(page: Map, desk: Desk) -> Map:
    """Each control that is off says why, also to who cannot see the band."""
    if not held(desk):
        return page
    why = WHY_OFF if not desk.reachable else WHY_ASKING
    return {name: _reasoned(part, why) for name, part in page.items()}


def _reasoned(part: object, why: str) -> object:
    if isinstance(part, dict):
        inner = {name: _reasoned(value, why) for name, value in part.items()}
        return inner | {"why": why} if part.get("state") == "off" and "id" in part else inner
    if isinstance(part, list):
        return [_reasoned(value, why) for value in part]
    return part


def without_answer(trouble: str) -> str:
    """What somebody reads who could not even sign in."""
    return TROUBLES.get(trouble, NO_HUB)


def still_open(control: str, options: Sequence[tuple[str, str]]) -> bool:
    """Whether a press that would send something is let through while nothing can be sent."""
    name, _, rest = control.partition(":")
    if name == "choose" and rest.isdigit() and int(rest) < len(options):
        return options[int(rest)][0] in STILL_OPEN
    return name in STILL_OPEN
