"""Whole calls, without a database: what the caller says, and what is said and done. Nothing is booked without a yes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from central_server.phone import dialogue as d
from central_server.phone import sentences

TODAY = date(2026, 11, 26)
TUESDAY = date(2026, 12, 1)
STARTS = tuple(range(9 * 60, 12 * 60, 15)) + tuple(range(13 * 60, 16 * 60 + 15, 15))
FREE: d.Free = {TODAY + timedelta(days=ahead): STARTS for ahead in range(1, 31) if (TODAY.weekday() + ahead) % 7 < 5}
CODE = "0106030012345678"
SERVICES = {"move-in": "転入の届", "move-out": "転出の届", "card-pickup": "マイナンバーカードの受け取り"}


def find(said: str) -> Sequence[str]:
    found = {"転入": ["move-in"], "引っ越し": ["move-in", "move-out"], "カード": ["card-pickup"], "住民票": ["record"]}
    return next((ids for word, ids in found.items() if word in said), [])


def words(name: str) -> d.OfficeWords:
    return d.OfficeWords(name=name, called=(name, name.removesuffix("区役所")), services=SERVICES, find=find)


ONE = d.Dialogue({"kita": words("小倉北区役所")})
TWO = d.Dialogue({"kita": words("小倉北区役所"), "minami": words("小倉南区役所")})


class Call:
    """A caller and the bookings behind the dialogue. `taken`: starts that somebody else is quicker to get."""

    def __init__(self, dialogue: d.Dialogue = ONE, free: d.Free = FREE, taken: Sequence[int] = ()) -> None:
        self.dialogue, self.free, self.taken = dialogue, free, list(taken)
        self.held: dict[str, d.Hold] = {}
        self.confirmed: list[d.Confirm] = []
        self.why_not = ""
        self.talk, do = dialogue.begin()
        self.last: d.Say | d.HangUp = self._carry_out(do)

    def hear(self, *said: str) -> str:
        for one in said:
            self.talk, do = self.dialogue.hear(self.talk, one, TODAY)
            self.last = self._carry_out(do)
        return self.last.text

    def _carry_out(self, do: tuple[d.Do, ...]) -> d.Say | d.HangUp:
        while True:
            for one in do[:-1]:
                assert isinstance(one, d.Release)
                del self.held[one.booking]
            match do[-1]:
                case d.Look():
                    self.talk, do = self.dialogue.looked(self.talk, self.free, TODAY)
                case d.Hold() as hold:
                    assert hold.start_min in self.free[hold.day]
                    if hold.start_min in self.taken:
                        self.taken.remove(hold.start_min)
                        self.talk, do = self.dialogue.held(self.talk, "", "")
                    else:
                        booking = f"b{len(self.held) + len(self.confirmed)}"
                        assert not self.held, "one time is held for one caller"
                        self.held[booking] = hold
                        self.talk, do = self.dialogue.held(self.talk, booking, "k")
                case d.Confirm() as confirm:
                    self.confirmed.append(confirm)
                    why, self.why_not = self.why_not, ""
                    self.talk, do = self.dialogue.confirmed(self.talk, "" if why else CODE, why)
                case d.Say() | d.HangUp() as last:
                    return last
                case d.Release():
                    raise AssertionError("a release waits for nothing")


def test_a_booking_from_the_first_word_to_the_code() -> None:
    call = Call()
    assert call.last.text == sentences.GREETING + sentences.WHICH_SERVICE
    assert "いつ" in call.hear("転入です")
    assert "12月1日、火曜日ですね。ご希望の時間" in call.hear("来週の火曜日でお願いします")
    assert call.hear("三時半") == "12月1日、火曜日、午後3時半ですね。" + sentences.YOUR_NAME
    assert call.hear("見本太郎と申します") == sentences.YOUR_NUMBER
    assert call.last == d.Say(sentences.YOUR_NUMBER, 11)
    back = call.hear("ゼロ九ゼロの、ゼロゼロゼロゼロの、ゼロゼロゼロ一です")
    assert back == (
        "確認します。小倉北区役所、転入の届、12月1日、火曜日、午後3時半、お名前は見本太郎様、お電話番号は090、0000、0001。"
        "これでよろしいですか。"
    )
    assert not call.confirmed
    assert "0106、0300、1234、5678" in call.hear("はい、お願いします")
    assert call.last == d.HangUp(sentences.done(CODE), code=CODE)
    assert call.confirmed == [d.Confirm("kita", "b0", "k", "見本太郎", "09000000001")]


def test_all_in_one_sentence() -> None:
    call = Call(TWO)
    said = call.hear("小倉南区役所で、転入の予約を、来週の火曜の三時半にお願いします")
    assert said == "12月1日、火曜日、午後3時半ですね。" + sentences.YOUR_NAME
    assert call.talk.office == "minami"


def test_several_offices_are_told_apart() -> None:
    call = Call(TWO)
    assert sentences.WHICH_OFFICE in call.last.text
    assert call.hear("小倉南です").endswith(sentences.WHICH_SERVICE)


def test_what_could_be_two_services_is_chosen_by_number() -> None:
    call = Call()
    assert call.hear("引っ越しです") == "1番、転入の届。2番、転出の届。番号でお答えください。"
    assert call.last == d.Say(call.last.text, 1)
    call.hear("2番")
    assert call.talk.service == "move-out"


def test_a_service_without_reservations_is_said_to_be_so() -> None:
    assert Call().hear("住民票").startswith(sentences.NOT_THIS_SERVICE)


def test_a_day_without_a_place_offers_the_nearest() -> None:
    call = Call()
    assert call.hear("カード", "今度の日曜日").startswith("11月29日、日曜日は、空いていません。1番、11月27日")
    assert "1番、午前9時" in call.hear("2番", "午前中")


def test_a_time_without_a_place_offers_the_nearest() -> None:
    call = Call()
    said = call.hear("カード", "来週の火曜", "三時五十分")
    assert said == (
        "午後3時50分は、空いていません。1番、午後3時30分。2番、午後3時45分。3番、午後4時。番号でお答えください。".replace(
            "30分", "半"
        )
    )
    assert call.hear("2番").startswith("12月1日、火曜日、午後3時45分")


def test_who_wants_the_soonest_gets_the_soonest() -> None:
    assert Call().hear("カードを、一番早い日で").startswith("11月27日、金曜日、午前9時ですね")


def test_somebody_was_quicker() -> None:
    call = Call(taken=[15 * 60 + 30])
    assert call.hear("カード", "来週の火曜の三時半") == sentences.TAKEN + sentences.WHICH_TIME
    assert call.hear("四時").startswith("12月1日、火曜日、午後4時")


def test_a_no_changes_one_thing_and_keeps_the_rest() -> None:
    call = Call()
    call.hear("カード", "来週の火曜の三時半", "見本太郎", "09000000001")
    assert call.hear("いいえ") == sentences.WHAT_TO_CHANGE
    assert call.hear("時間を変えてください").endswith(sentences.WHICH_TIME)
    assert not call.held
    assert "午前10時、お名前は見本太郎様" in call.hear("十時")
    assert "お名前は見本花子様" in call.hear("名前が違います", "見本花子です")
    assert "12月2日、水曜日、正午前" not in call.hear("日にちを変えたい", "来週の水曜の九時半")
    assert "12月2日、水曜日、午前9時半" in call.last.text
    call.hear("はい")
    assert [one.name for one in call.confirmed] == ["見本花子"]


def test_held_too_long_asks_for_another_time() -> None:
    call = Call()
    call.hear("カード", "来週の火曜の三時半", "見本太郎", "09000000001")
    call.why_not = "gone"
    call.held.clear()
    assert call.hear("はい") == sentences.HELD_TOO_LONG + sentences.WHICH_TIME
    assert "お名前は見本太郎様" in call.hear("四時")


def test_three_times_not_understood_is_a_person() -> None:
    call = Call()
    call.hear("あああ", "いいい")
    assert isinstance(call.last, d.Say)
    call.hear("ううう")
    assert isinstance(call.last, d.HangUp) and call.last.to_a_person


def test_silence_is_asked_again_and_whoever_wants_a_person_gets_one() -> None:
    call = Call()
    assert call.hear("") == sentences.SORRY + sentences.WHICH_SERVICE
    call.hear("カード", "来週の火曜の三時半")
    assert call.held
    call.hear("係の人をお願いします")
    assert call.last == d.HangUp(sentences.TO_A_PERSON, to_a_person=True)
    assert not call.held, "what was held is free for others"


def test_who_gives_up_holds_nothing() -> None:
    call = Call()
    call.hear("カード", "来週の火曜の三時半", "やめます")
    assert call.last == d.HangUp(sentences.GOODBYE)
    assert not call.held and not call.confirmed


def test_again_back_and_from_the_beginning() -> None:
    call = Call()
    asked = call.hear("カード")
    assert call.hear("もう一度お願いします") == asked
    assert call.hear("前に戻る") == sentences.WHICH_SERVICE
    assert call.hear("カード", "来週の火曜の三時半", "最初から") == sentences.GREETING + sentences.WHICH_SERVICE
    assert not call.held


def test_no_day_at_all_says_what_to_do() -> None:
    call = Call(free={})
    assert call.hear("カード", "来週") == sentences.NO_DAY_AT_ALL
    assert isinstance(call.last, d.HangUp)


SAID = [
    "転入", "引っ越し", "カード", "住民票", "来週の火曜", "明日", "今度の日曜", "いつでも", "一番早い", "三時半",
    "午前中", "25時", "1番", "2番",
    "3番", "1", "見本太郎", "09000000001", "はい", "いいえ", "時間", "日にち", "名前", "電話番号", "やめます",
    "最初から", "前に戻る", "もう一度",
    "係の人", "分かりません", "", "あああ", "小倉北", "小倉南",
]  # fmt: skip


@given(st.lists(st.sampled_from(SAID), max_size=30), st.lists(st.sampled_from(STARTS), max_size=3), st.booleans())
def test_whatever_is_said_nothing_is_booked_without_a_yes_and_nobody_is_stuck(
    said: list[str], taken: list[int], two: bool
) -> None:
    call = Call(TWO if two else ONE, taken=taken)
    for one in said:
        before, step = len(call.confirmed), call.talk.step
        call.hear(one)
        assert call.last.text
        if len(call.confirmed) > before:
            assert step == "read_back" and one == "はい"
        if isinstance(call.last, d.HangUp):
            assert call.talk.step == "ended"
            assert bool(call.confirmed) == bool(call.last.code) or call.last.text in (
                sentences.GOODBYE,
                sentences.TO_A_PERSON,
            )
            break
    assert len(call.confirmed) <= 1
