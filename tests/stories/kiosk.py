"""Plays a story at a certificate kiosk: residents lay their cards, press on the real face, pay, take their sheets."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from drivers.escpos_printer.commands import text_of
from kiosk_app import api
from scripts.kiosk import ZONE
from tests.stories import kiosk_paper, kiosk_web
from tests.stories.house import CARD_PIN, Untrue, until
from tests.stories.kiosk_house import KioskHouse
from tests.stories.kiosk_people import RESIDENTS
from tests.stories.kiosk_report import codes_of, evidence_of, report, rows_of, scanned, with_another_letter
from tests.stories.kiosk_truth import Sheet, Visit
from tests.stories.script import Act, Story

PINS = {"1001": "1357"}
"""The public ones of config/staff.example.toml."""
PASSING = ("card_reading", "cert_wait", "cert_print")
"""Screens that may be over before anybody can look."""
LOOKED_AT_EACH_TIME = ("cert_confirm", "cert_said")
CALM_S = 60.0
"""For what central, the card and the printer do in a second on an idle computer."""
MONEY_TAB = "代金"
RECEIPT_WORDS = "領収書もお取りください"


class Kiosk:
    """Turns acts into presses, and looks whether what should happen did."""

    def __init__(self, story: Story, house: KioskHouse) -> None:
        self.house, self.client = house, house.client
        self.visits: list[Visit] = []
        self.pictures = 0
        self.neutral: list[str] = []
        self.timings: dict[str, list[float]] = {
            "pin_to_preview_ms": [],
            "paid_to_taken_ms": [],
            "register_refusal_ms": [],
        }
        self._seen: set[tuple[str, ...]] = set()
        self._at = story.start
        self._asked_at = 0.0
        self._paid_at = 0.0
        self._given = 0
        """Of the whole pieces of the printer of documents, how many are somebody's."""

    def play(self, act: Act) -> None:
        if act.at != self._at:
            self._at = act.at
            utc_ms = int(act.at.replace(tzinfo=ZONE).timestamp() * 1000)
            self.client.post("/v1/simulation/clock", api.ClockJump(utc_ms=utc_ms), api.Reply)
            self.house.central.set_clock(utc_ms)
        doing: dict[str, Callable[..., None]] = {
            "network": self._network,
            "documents": self._documents,
            "central": self._central,
            "staff": self._staff,
        }
        if act.who in RESIDENTS:
            self._resident(act.who, *act.words)
        elif act.who in doing:
            doing[act.who](*act.words)
        else:
            raise Untrue(f"nobody is called {act.who}")

    # --- the visitor -------------------------------------------------------------------------------------------------

    def _resident(self, who: str, verb: str, *things: str) -> None:
        if verb == "comes-for":
            self._comes(who, *things)
            return
        visit = self.visits[-1]
        if visit.who != who:
            raise Untrue(f"{visit.who} stands there, and not {who}")
        match verb:
            case "buys-for":
                self._buys(visit, int(things[0]))
            case "inserts":
                for coin in things:
                    self._inserts(visit, int(coin))
            case "pays-clerk":
                self._pays_clerk(visit, *things)
            case "reads":
                until(lambda: things[0] in self._words(), f"{who} reads {things[0]}", CALM_S)
                self._look()
            case "takes":
                self._takes(visit, int(things[0]))
            case "gets-back":
                self._gets_back(visit, int(things[0]))
            case "is-refused":
                self._is_refused(visit, *things)
            case _:
                raise Untrue(f"a visitor cannot {verb}")

    def _comes(self, who: str, kind: str, scope: str, *more: str) -> None:
        """KIND SCOPE [with ITEM,ITEM] [copies N]: from the first screen to the PIN, and the card is taken again."""
        self._nobody_left_anything()
        chosen = dict(zip(more[::2], more[1::2], strict=True))
        copies = int(chosen.get("copies", "1"))
        visit = Visit(who, kind, copies)
        self.visits.append(visit)
        one = RESIDENTS[who]
        self._sees("idle")
        until(self.house.sells, "the kiosk sells certificates", CALM_S)
        self._press("certificate")
        self.house.lay(one)
        if one.card != "my_number":
            self._sees("card_result")
            return
        self._sees("cert_where")
        self._press("whose:here")
        self._press(f"kind:{kind}")
        if self._screen() == "cert_scope":
            self._press(f"scope:{scope}")
        if self._screen() == "cert_items":
            for item in filter(None, chosen.get("with", "").split(",")):
                self._press(f"item:{item}")
            self._press("next")
        self._press(f"copies:{copies}")
        self._sees("card_pin")
        self._asked_at = time.monotonic()
        self.house.citizen.say(keys=f"{CARD_PIN}\r")
        self._sees("cert_card")
        self.house.cards.take()
        until(lambda: self._screen() != "cert_card", "the kiosk has seen that the card is taken")
        until(lambda: self._screen() in ("cert_confirm", "cert_said"), f"central has answered for {who}", CALM_S)
        if self._screen() == "cert_confirm":
            self.timings["pin_to_preview_ms"].append((time.monotonic() - self._asked_at) * 1000)
            self._look()

    def _buys(self, visit: Visit, yen: int) -> None:
        self._sees("cert_confirm")
        fee = self.client.citizen_view().fee
        if fee is None or fee.amount.replace(",", "") != str(yen):
            raise Untrue(f"the price is {fee}")
        self._press("buy")
        self._sees("cert_pay")

    def _inserts(self, visit: Visit, coin: int) -> None:
        before = self.client.citizen_view().fee
        visit.put_in_yen += coin
        self.house.hand(lambda unit: unit.insert_coin(coin) if coin <= 500 else unit.insert_note(coin))
        until(lambda: self.client.citizen_view().fee != before or self._screen() != "cert_pay", f"{coin} yen are in")
        self._paid_at = time.monotonic()

    def _pays_clerk(self, visit: Visit, code: str) -> None:
        """At a counter, by the number that the kiosk shows; the clerk says so at the console."""
        view = self.client.citizen_view()
        if view.slip is None or view.fee is None:
            raise Untrue("no number and no price are on the screen")
        console, number, amount = self.house.consoles[code], view.slip.number, view.fee.amount
        console.say(press=MONEY_TAB, until={"money.part": "pay", "money.sales_count": "1件"})
        console.say(picture=str(self.picture("staff-pay")))
        console.say(press=f"1号機の{number}", until={"dialog.kind": "money_taken"})
        console.say(picture=str(self.picture("staff-taken")))
        visit.paid_to_clerk_yen = int(amount.replace(",", ""))
        self._paid_at = time.monotonic()
        console.say(press=f"{amount}円を受け取りました", until={"dialog": None})

    def _takes(self, visit: Visit, sheets: int) -> None:
        self._sees("cert_take")
        if self._paid_at:
            self.timings["paid_to_taken_ms"].append((time.monotonic() - self._paid_at) * 1000)
        self._paid_at = 0.0
        until(lambda: len(self._whole()) == self._given + sheets, f"{sheets} sheets are out")
        visit.sheets = [Sheet(picture.name) for picture in self._whole()[self._given :]]
        self._given += sheets
        until(lambda: RECEIPT_WORDS in self._words(), f"{visit.who} is told of the receipt")
        self._look()
        self._press("end")
        self._sees("idle")
        self._goes(visit)

    def _gets_back(self, visit: Visit, yen: int) -> None:
        """All that was paid, for nothing that came."""
        self._sees("cert_said")
        if self.house.unit is None or self.house.unit.unit.cash.tray_yen != yen:
            raise Untrue(f"{yen} yen do not lie in the tray")
        self._press("end")
        self._sees("idle")
        self._goes(visit)

    def _is_refused(self, visit: Visit, *words: str) -> None:
        self._sees("card_result" if RESIDENTS[visit.who].card != "my_number" else "cert_said")
        if visit.who in self.neutral:
            self.timings["register_refusal_ms"].append((time.monotonic() - self._asked_at) * 1000)
        for word in words:
            until(lambda word=word: word in self._words(), f"{visit.who} reads {word}")  # type: ignore[misc]
        self._look()
        view = self.client.citizen_view()
        visit.refused = f"{view.title} {view.subtitle} {view.notice} {[one.id for one in view.actions]} {view.icon}"
        self._press("end")
        if self._screen() == "card_take":
            self.house.cards.take()
        self._sees("idle")
        self._goes(visit)

    def _goes(self, visit: Visit) -> None:
        """With whatever lies there."""
        if self.house.unit is not None:
            cash = self.house.unit.unit.cash
            visit.back_yen, cash.tray_yen, cash.back_yen = cash.tray_yen + cash.back_yen, 0, 0
        known = sum(len(one.receipts) for one in self.visits)
        papers = sorted(self.house.receipts.glob("???.bin"))
        visit.receipts = [text_of(file.read_bytes()).decode("cp932") for file in papers[known:]]
        self._nobody_left_anything()

    def _nobody_left_anything(self) -> None:
        if len(self._whole()) != self._given:
            raise Untrue(f"{len(self._whole()) - self._given} sheets lie there and are nobody's")

    def _whole(self) -> list[Path]:
        """What the printer of documents has cut: neither what a hand has torn off, nor a piece without ink, which lay
        before the knife when it was switched on."""
        cut = sorted(self.house.out.joinpath("paper").glob("[0-9][0-9][0-9].bin"))
        return [piece.with_suffix(".png") for piece in cut if kiosk_paper.has_ink(piece.with_suffix(".png"))]

    # --- looking -----------------------------------------------------------------------------------------------------

    def _screen(self) -> str:
        return self.client.citizen_view().screen

    def _words(self) -> str:
        view = self.client.citizen_view()
        return f"{view.title} {view.subtitle} {view.notice}"

    def _sees(self, screen: str) -> None:
        until(lambda: self._screen() == screen, f"the citizen sees {screen}, and not {self._screen()}", CALM_S)
        self._look()

    def _press(self, control: str) -> None:
        before = self.client.citizen_view().screen_id
        self._look()
        self.house.citizen.say(press=control)
        until(lambda: self.client.citizen_view().screen_id != before, f"{control} changes the screen")
        self._look()

    def _look(self) -> None:
        """Until the face shows what the core says; one picture of each screen, and of what differs by visitor."""
        drawn = self.house.out / "drawn.png"

        def shown() -> bool:
            view = self.client.citizen_view()
            if view.screen in PASSING:
                return True
            key = (view.screen, view.title, view.subtitle, view.notice)
            whose = (self.visits[-1].who,) if view.screen in LOOKED_AT_EACH_TIME else ()
            new = key + whose not in self._seen
            told = self.house.citizen.say(**({"picture": str(drawn)} if new else {}), tell=["screen_id"])["told"]
            if told["screen_id"] != view.screen_id:
                return False
            if new:
                self._seen.add(key + whose)
                drawn.rename(self.picture("-".join(("citizen", view.screen, *whose))))
            return True

        until(shown, "the face shows what the core says")

    def picture(self, name: str) -> Path:
        self.pictures += 1
        return self.house.out / "screens" / f"{self.pictures:03d}-{name}.png"

    # --- the machine and the city ------------------------------------------------------------------------------------

    def _network(self, verb: str) -> None:
        match verb:
            case "cut-off":
                self.house.wire.pull()
            case "healed":
                self.house.wire.heal()
            case _:
                raise Untrue(f"a network cannot be {verb}")

    def _documents(self, verb: str, *things: str) -> None:
        match verb:
            case "end-after-lines":
                self.house.documents.tell(paper_out_after_lines=int(things[0]))
            case "refilled":
                self.house.documents.tell(set="ready")
            case _:
                raise Untrue(f"a printer of documents cannot {verb}")

    def _central(self, verb: str, *things: str) -> None:
        """has issuing 1 issued 10; refuses-alike NAME NAME, before they come."""
        match verb:
            case "refuses-alike":
                self.neutral += things
            case "has":
                wanted = {state: int(count) for state, count in zip(things[::2], things[1::2], strict=True)}
                until(lambda: self._states(wanted) == wanted, f"central has {wanted}", CALM_S)
            case _:
                raise Untrue(f"central cannot {verb}")

    def _states(self, of: dict[str, int]) -> dict[str, int]:
        rows = rows_of(self.house.central)
        return {state: sum(row.state == state for row in rows) for state in of}

    def _staff(self, code: str, verb: str, *things: str) -> None:
        console = self.house.consoles[code]
        match verb:
            case "sign-in":
                console.say(keys=f"{code}\r{PINS[code]}\r", until={"page": "counter"})
            case "open":
                console.say(press=f"{things[0]}番窓口")
                console.say(keys="\r", until={"page": "work"})
            case "accepts-alert":
                console.say(keys="\t")
            case _:
                raise Untrue(f"staff cannot {verb}")
        console.say(picture=str(self.picture(f"staff-{verb}")))

    def look_at_a_code(self) -> None:
        """What a telephone shows of the first paper's, and of the same one with another letter."""
        addresses = codes_of(self.house, self.visits)
        if addresses:
            address = addresses[min(addresses)]
            pages = {"page-genuine": address, "page-changed": with_another_letter(address)}
            kiosk_web.look(pages, self.picture)


def play(story: Story, work: Path, out: Path, begun: float) -> tuple[dict[str, Any], str]:
    """The report, and where the story did not come out as written. Raises Untrue when it cannot even begin."""
    consoles = tuple(dict.fromkeys(act.words[0] for act in story.acts if act.who == "staff"))
    house = KioskHouse(story, work, out, consoles)
    kiosk = Kiosk(story, house)
    untrue, line = "", 0
    try:
        began_with_yen = house.unit.unit.cash.kept_yen if house.unit is not None else 0
        try:
            for act in story.acts:
                line = act.line
                kiosk.play(act)
            line = 0
            scanned(house, kiosk.visits)
            kiosk.look_at_a_code()
        except Untrue as error:
            untrue = f"{story.name}.story:{line}: {error}" if line else str(error)
        house.end_kiosk()
        evidence = evidence_of(house, kiosk.visits, kiosk.neutral, began_with_yen)
    finally:
        house.close()
    told = report(story.name, out, evidence, kiosk.timings, kiosk.pictures)
    told["seconds"] = round(time.monotonic() - begun, 1)
    if not untrue and (wrong := {k: told[k] for k, v in story.expected.items() if told[k] != v}):
        untrue = f"the end differs: {wrong}, expected {story.expected}"
    broken = [f"{one['what']}: {one['cases']}" for one in told["invariants"] if not one["holds"]]
    if not untrue and broken:
        untrue = "; ".join(broken)
    (out / "report.json").write_text(json.dumps(told | {"untrue": untrue}, ensure_ascii=False, indent=2) + "\n")
    return told, untrue
