"""The screens of a technician at the ticket machine. Their words are Japanese, which staff read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from unicodedata import east_asian_width

from msgspec.structs import replace

from kiosk_app.api import CheckCount, CheckGrade, CheckMark, CheckScreen, CitizenView, Colour, Control, Item, Keypad
from kiosk_app.journeys.desk import local_time
from kiosk_app.journeys.technician_mode import (
    CELLS,
    COLOURS,
    DPI_OF_MM,
    KEYS,
    PAGES,
    WIDTHS_DOTS,
    Check,
    TechnicianContext,
    TechnicianMode,
)
from kiosk_app.office import dates

MARKS: dict[CheckGrade, str] = {"good": "○", "look": "△", "bad": "×"}
"""They say it without their colour, as in `hitofuda diag`."""
SUMS: dict[CheckGrade, str] = {"bad": "要対応", "look": "注意", "good": "正常"}
ORDER: tuple[CheckGrade, ...] = ("bad", "look", "good")
NOTE_COLUMNS = 12
"""Half-width columns of a tile's note; what is longer stands beside the tile alone."""
TOGETHER = {
    "unit": ("サービス", "gear"),
    "tls": ("通信の証明書", "key"),
    "smart": ("ディスクの診断", "disk"),
}
"""Checks of one kind, by the beginning of their names, share a tile."""
ICONS = {
    "printer": "printer", "printer_2": "printer", "documents": "doc", "card_reader": "reader",
    "code_reader": "qr", "cash_unit": "yen", "touch": "touch", "keys": "keypad", "screen": "screen", "sound": "sound",
    "memory": "chip", "temperature": "temp", "network": "net", "clock": "clock", "time_sync": "clock",
    "disk_space": "disk", "disk_speed": "disk", "disk_state": "disk", "log": "chain", "hub": "net", "central": "server",
    "webhooks": "out", "certificates": "doc", "backup": "box", "version": "box", "update": "refresh",
    "identity": "shield", "virtual_reader": "warn", "self_test": "gear",
}  # fmt: skip
COLOUR_NAMES: dict[Colour, str] = {
    "white": "白", "black": "黒", "red": "赤", "green": "緑", "blue": "青", "greys": "明るさ", "lines": "細い線",
}  # fmt: skip
KEY_NAMES = {"erase": "訂正", "enter": "入力"}
CLOSE = Control(id="back", label="閉じる", icon="back")
BACK = Control(id="back", label="戻る", icon="back")
LOOK = Control(id="look", label="全部調べる", icon="refresh", state="go")
SLIP = Control(id="slip", label="診断票", icon="list")
TRY = {
    "device": ("この機器を試す", "gear"), "touch": ("タッチを試す", "touch"), "keys": ("キーを試す", "keypad"),
    "colour": ("色を見る", "screen"), "sound": ("音を聞く", "sound"), "parts": ("一つずつ見る", "list"),
}  # fmt: skip
ASK = Control(id="do:ask", label="もう一度聞く", note="状態、機種、できること。", icon="refresh")
PRINTER_ROWS = (
    Control(id="do:test", label="試し刷り", note="大きさ、反転、QR、文字の並びを1枚に刷って切ります。", icon="ticket"),
    ASK,
    Control(id="do:recover", label="カッターを戻す", note="紙くずを取り、ふたを閉めてから。", icon="cut"),
)
ROWS: dict[str, tuple[Control, ...]] = {
    "printer": PRINTER_ROWS,
    "printer_2": PRINTER_ROWS,
    "documents": (
        Control(id="do:test", label="見本の印刷", note="枠とものさしのある、見本を1枚。", icon="doc"),
        ASK,
        Control(id="do:recover", label="紙を直した", note="紙づまりや用紙切れを直してから。", icon="check"),
    ),
    "cash_unit": (replace(ASK, note="受け取れるか、お釣りがあるか。"),),
}
NOTICES = {
    "card_reader": "カードを置いて、上の表示が変わるか見てください。暗証番号は使いません。",
    "code_reader": "コードをかざして、上の表示が変わるか見てください。何のコードでもかまいません。",
    "cash_unit": "お金を入れて試すのは、売る前の機械だけです。コアを止めて hitofuda diag cash-unit --try",
}
BOXES = 8


def view(state: TechnicianMode, context: TechnicianContext) -> CitizenView:
    at = local_time(context.office, context.now_utc_ms)
    content: dict[str, Any] = {
        "office": f"点検　{context.machine}",
        "date": dates.screen_date(at.date(), "ja"),
        "time": dates.clock_time(at),
    }
    # A page may leave out what stands above all the others.
    content |= _page(state, context, at.date())
    return CitizenView(screen_id=state.screen_id, language="ja", **content)


def _page(state: TechnicianMode, context: TechnicianContext, today: date) -> dict[str, Any]:
    match state.page:
        case "list" | "parts":
            return _list(state, context, today)
        case "device":
            return _device(state, context, today)
        case "ruler":
            return _ruler(state)
        case "touch":
            return _touch(state)
        case "keys":
            return _keys(state)
        case "colour":
            return _colour(state)
        case "judge":
            return _judged(state, "画面の色", "どの色でも、欠けた点や筋、むらはありませんでしたか。")
        case "sound":
            return _sound(state)
        case "working":
            wait = {"icon": "clock", "title": state.busy, "subtitle": "お待ちください。"}
            return {"screen": "staff_said", **wait, "check": CheckScreen()}
        case "said":
            return {
                "screen": "staff_said",
                "icon": "check" if state.ok else "warn",
                "tone": "good" if state.ok else "care",
                "title": state.said,
                "actions": (Control(id="back", label="戻る", state="go"),),
                "check": CheckScreen(),
            }


# --- the list --------------------------------------------------------------------------------------------------


def tiles(checks: Sequence[Check]) -> list[tuple[Check, tuple[Check, ...]]]:
    """A tile stands for one check, or for all of a kind; with those that it stands for, the worst first."""
    kinds: dict[str, list[Check]] = {}
    for one in sorted(checks, key=lambda one: ORDER.index(one.grade)):
        kinds.setdefault(_kind(one), []).append(one)
    found: list[tuple[Check, tuple[Check, ...]]] = []
    for kind, those in kinds.items():
        worst = those[0]
        if kind not in TOGETHER:
            found.append((worst, (worst,)))
            continue
        wrong = [one for one in those if one.grade != "good"]
        says = f"{len(wrong)}件" if wrong else f"{len(those)}件とも正常"
        found.append((replace(worst, check=kind, name=TOGETHER[kind][0], says=says), tuple(wrong or those)))
    return found


def parts(checks: Sequence[Check], kind: str) -> list[tuple[Check, tuple[Check, ...]]]:
    """Each of a kind by itself, the worst first."""
    those = sorted((one for one in checks if _kind(one) == kind), key=lambda one: ORDER.index(one.grade))
    # On a tile there is room for what tells one from another alone.
    return [(replace(one, name=_short(one).removeprefix("hitofuda-")), (one,)) for one in those]


def _kind(one: Check) -> str:
    kind = one.check.partition("_")[0]
    return kind if kind in TOGETHER else one.check


def _list(state: TechnicianMode, context: TechnicianContext, today: date) -> dict[str, Any]:
    checks = judged(context, today)
    found = parts(checks, state.inside) if state.inside else tiles(checks)
    chosen = next((one for one in found if one[0].check == state.chosen), found[0] if found else None)
    grades = [one.grade for one, _ in found]
    title, summary, grade = _panel(chosen, context, today)
    can_try = chosen[0].check if chosen is not None and chosen[0].check in PAGES else ""
    more: tuple[Control, ...] = ()
    if can_try:
        label, icon = TRY[PAGES[can_try]]
        more = (Control(id=f"try:{can_try}", label=label, icon=icon),)
    return {
        "screen": "tech_list",
        "title": title,
        "summary": summary,
        "rows": tuple(_tile(one, chosen is not None and one.check == chosen[0].check) for one, _ in found),
        "actions": (LOOK, *more, SLIP),
        "bar": (BACK if state.inside else CLOSE,),
        "check": CheckScreen(
            counts=tuple(
                CheckCount(grade=one, label=f"{MARKS[one]} {SUMS[one]} {grades.count(one)}")
                for one in ORDER
                if one == "good" or grades.count(one)
            ),
            looked=f"{_when(context.looked_utc_ms, context, today)}に調べました" if context.looked_utc_ms else "",
            grade=grade,
            grades=tuple(CheckMark(id=f"check:{one.check}", grade=one.grade) for one, _ in found),
        ),
    }


def _tile(one: Check, is_chosen: bool) -> Control:
    columns = sum(2 if east_asian_width(character) in "WFA" else 1 for character in one.says)
    says = one.says if columns <= NOTE_COLUMNS else SUMS[one.grade]
    icon = TOGETHER[_kind(one)][1] if _kind(one) in TOGETHER else ICONS.get(one.check, "info")
    return Control(
        id=f"check:{one.check}",
        label=one.name,
        note=f"{MARKS[one.grade]} {says}",
        icon=icon,
        state="selected" if is_chosen else "open",
    )


def _panel(
    chosen: tuple[Check, tuple[Check, ...]] | None, context: TechnicianContext, today: date
) -> tuple[str, tuple[Item, ...], CheckGrade]:
    if chosen is None:
        return "まだ調べていません", (Item(name="次にすること", note="「全部調べる」を押してください。"),), "look"
    tile, those = chosen
    first = those[0]
    if first.grade == "good":
        title = f"{tile.name}：{tile.says}"
        return title, _tried(tile.check, context, today), "good"
    title = f"{_short(first)}：{first.says}"
    last = _when(first.good_utc_ms, context, today) if first.good_utc_ms else "記録にありません"
    more = "、".join(_short(one) for one in those[1:])
    return (
        title,
        (
            Item(name="考えられる原因", note=first.cause),
            Item(name="最後に正常", note=last),
            Item(name="次にすること", note=first.next_step),
            *((Item(name="ほかにも", note=more),) if more else ()),
        ),
        first.grade,
    )


def _short(one: Check) -> str:
    """Of a service its name, as it is known to everybody."""
    return one.name.removesuffix(".service")


def judged(context: TechnicianContext, today: date) -> list[Check]:
    """As they are shown: with what people found."""
    return [_with_trial(one, context, today) for one in context.checks]


def _with_trial(one: Check, context: TechnicianContext, today: date) -> Check:
    """What looks well to the machine and was not well to whoever tried it is to be seen to."""
    last = context.tried.get(f"{one.check}_tried")
    if one.grade != "good" or last is None or last.grade == "good":
        return one
    cause = f"{_when(last.at_utc_ms, context, today)}に人が試して、だめでした"
    step = "直してから、もう一度試してください"
    return replace(one, grade="look", says="試すとだめでした", cause=cause, next_step=step)


def _tried(check: str, context: TechnicianContext, today: date) -> tuple[Item, ...]:
    last = context.tried.get(f"{check}_tried")
    if last is None:
        return ()
    told = f"{MARKS[last.grade]} {_when(last.at_utc_ms, context, today)}"
    return (Item(name="最後に試した結果", note=told),)


def _when(utc_ms: int, context: TechnicianContext, today: date) -> str:
    at = local_time(context.office, utc_ms)
    clock = dates.clock_time(at)
    return clock if at.date() == today else f"{dates.screen_date(at.date(), 'ja')} {clock}"


# --- devices ---------------------------------------------------------------------------------------------------


def _device(state: TechnicianMode, context: TechnicianContext, today: date) -> dict[str, Any]:
    one = next((one for one in context.checks if one.check == state.chosen), None)
    told = tuple(Item(name=name, note=what) for name, what in context.told.get(state.chosen, ()))
    rows = ROWS.get(state.chosen, ())
    if state.chosen in context.others:
        new = Control(
            id="do:ruler", label="この機種を登録する", note="ものさしを刷り、幅を確かめます。", icon="printer"
        )
        rows = (new, *rows[1:])
    judged = () if rows else _answers()
    return {
        "screen": "tech_device",
        "title": one.name if one is not None else "この機器",
        "summary": (*told, *_tried(state.chosen, context, today)),
        "notice": NOTICES.get(state.chosen, ""),
        "rows": rows,
        "actions": judged,
        "bar": (BACK,),
        "check": CheckScreen(grade=one.grade if one is not None else "look"),
    }


def _ruler(state: TechnicianMode) -> dict[str, Any]:
    """First how wide, then how fine."""
    if not state.width_dots:
        title = "右のかぎまで全部出ている線のうち、いちばん大きい数字はどれですか。"
        rows = tuple(Control(id=f"width:{width}", label=f"{width}") for width in WIDTHS_DOTS)
    else:
        title = "「mm?」の線の長さを、ものさしで測ってください。"
        rows = tuple(Control(id=f"mm:{length}", label=f"約{length} mm") for length in DPI_OF_MM)
    return {"screen": "tech_device", "title": title, "rows": rows, "bar": (BACK,), "check": CheckScreen()}


def _answers() -> tuple[Control, ...]:
    return (
        Control(id="say:good", label="よい", icon="check", state="go"),
        Control(id="say:bad", label="だめ", icon="x"),
    )


def _judged(state: TechnicianMode, title: str, question: str) -> dict[str, Any]:
    return {
        "screen": "tech_device",
        "title": title,
        "notice": question,
        "actions": _answers(),
        "bar": (BACK,),
        "check": CheckScreen(),
    }


def _touch(state: TechnicianMode) -> dict[str, Any]:
    left = CELLS - len(state.cells)
    return {
        "screen": "tech_touch",
        # In the top line: everything below it is there to be touched.
        "office": f"四角にすべて触ってください（あと{left}）",
        "title": "",
        "rows": tuple(
            Control(id=f"cell:{n}", label=f"{n + 1}", state="off" if n in state.cells else "open") for n in range(CELLS)
        ),
        "bar": (BACK,),
        "check": CheckScreen(),
    }


def _keys(state: TechnicianMode) -> dict[str, Any]:
    left = [KEY_NAMES.get(key, key) for key in KEYS if key not in state.typed]
    digits = "".join(key for key in state.typed if key.isdecimal())[-BOXES:]
    return {
        "screen": "tech_keys",
        "title": f"手元のキーを押してください。まだのキー：{' '.join(left)}",
        "keypad": Keypad(
            typed=len(digits),
            of=BOXES,
            typed_name=f"{len(digits)}けた",
            tries="",
            tries_left=0,
            tries_of=0,
            digits=tuple(Control(id=f"key:{digit}", label=digit) for digit in "1234567890"),
            cancel=Control(id="key:cancel", label="やめる", icon="x"),
            correct=Control(id="key:erase", label="訂正", icon="bksp"),
            enter=Control(id="key:enter", label="入力", icon="check", state="go"),
            text=f"{digits[:4]} {digits[4:]}".strip(),
        ),
        "bar": (BACK,),
        "check": CheckScreen(),
    }


def _colour(state: TechnicianMode) -> dict[str, Any]:
    """Nothing stands there but the colour and the key to the next one."""
    colour = COLOURS[state.colour]
    return {
        "screen": "tech_colour",
        "office": "",
        "date": "",
        "time": "",
        "title": "",
        "actions": (Control(id="next", label=f"{COLOUR_NAMES[colour]}　次へ", icon="next"),),
        "check": CheckScreen(colour=colour),
    }


def _sound(state: TechnicianMode) -> dict[str, Any]:
    playing = {
        "earphone": "イヤホンに流しています。",
        "machine": "機械のスピーカーに流しています。",
        "chime": "鳴っています。",
    }
    said = f"音の試験です。{state.sounds}回目です。"
    return {
        "screen": "tech_device",
        "title": "音声",
        "notice": playing.get(state.sound, "流す所を選んでください。"),
        "rows": (
            Control(id="sound:earphone", label="イヤホン", note="案内の声で読みます。", icon="sound"),
            Control(id="sound:machine", label="機械のスピーカー", note="声で読みます。", icon="sound"),
            Control(id="sound:chime", label="取り忘れの音", note="止めるまで鳴ります。", icon="bell"),
            Control(id="sound:stop", label="止める", icon="pause", state="open" if state.sound else "off"),
        ),
        "actions": _answers(),
        "bar": (BACK,),
        "voice": state.sound == "earphone",
        "spoken": said if state.sound == "earphone" else "",
        "aloud": said if state.sound == "machine" else "",
        "chime": state.sound == "chime",
        "check": CheckScreen(),
    }
