"""What the earphone says as a visit goes on, and what it leaves alone."""

from __future__ import annotations

from msgspec.structs import replace

from kiosk_app.api import CitizenView, Control, Keypad, Language, ScreenName
from kiosk_app.voice.screens import JAPANESE_ONLY, Listening, Say, follow


def view(
    spoken: str, id: str = "s:1", screen: ScreenName = "choose", voice: bool = True, language: Language = "ja"
) -> CitizenView:
    return CitizenView(
        screen=screen,
        screen_id=id,
        language=language,
        voice=voice,
        office="",
        date="",
        time="",
        title="",
        spoken=spoken,
    )


def said(*views: CitizenView) -> list[Say | None]:
    state, wishes = Listening(), []
    for one in views:
        state, wish = follow(state, one)
        wishes.append(wish)
    return wishes


def test_nothing_is_said_while_the_voice_is_off() -> None:
    assert said(view("画面。", voice=False), view("次。", "s:2", voice=False)) == [None, None]


def test_each_new_screen_is_said_once_sentence_by_sentence() -> None:
    first = view("ご用件をお選びください。1、証明書。2、引っ越し。")
    assert said(first, first, view("確認。", "s:2", "confirm")) == [
        Say("choose", ("ご用件をお選びください。", "1、証明書。", "2、引っ越し。")),
        None,
        Say("confirm", ("確認。",)),
    ]


def test_the_same_words_on_another_screen_are_said_again() -> None:
    assert said(view("証明書。"), view("証明書。", "s:2"))[1] == Say("choose", ("証明書。",))


def test_a_figure_that_changes_does_not_begin_the_list_again() -> None:
    before, after = (
        view("お待ちのかた 3人。目安 9時5分。1、住民票。"),
        view("お待ちのかた 12人。目安 10時。1、住民票。"),
    )
    assert said(before, after)[1] in (None, Say("choose", ("目安 10時。",)))
    assert said(before, view("お待ちのかた 4人。目安 9時10分。1、住民票。"))[1] is None


def test_news_on_the_same_screen_is_said_alone() -> None:
    called, coming = "職員を呼びました。このままお待ちください。", "職員が向かっています。このままお待ちください。"
    assert said(view(called), view(coming))[1] == Say("choose", ("職員が向かっています。",))


def test_switching_off_silences_and_switching_on_begins_anew() -> None:
    on, off = view("画面。"), view("画面。", voice=False)
    assert said(on, off, off, on) == [Say("choose", ("画面。",)), Say("choose", ()), None, Say("choose", ("画面。",))]


def test_another_language_is_answered_honestly_and_easy_japanese_is_spoken() -> None:
    assert said(view("Touch the screen.", language="en")) == [Say("choose", JAPANESE_ONLY)]
    assert said(view("がめんをさわってください。", language="easy")) == [Say("choose", ("がめんをさわってください。",))]


def test_a_text_without_a_full_stop_is_said_too() -> None:
    assert said(view("はい。。いいえ")) == [Say("choose", ("はい。。", "いいえ"))]
    assert said(view("")) == [Say("choose", ())]


# --- a PIN, and a card that is left -------------------------------------------------------------------------------


def keypad(typed: int, id: str, voice: bool = True, spoken: str = "暗証番号。あと3回です。") -> CitizenView:
    key = Control(id="pin:1", label="1")
    pad = Keypad(
        typed=typed,
        of=4,
        typed_name="",
        tries="",
        tries_left=3,
        tries_of=3,
        digits=(key,),
        cancel=key,
        correct=key,
        enter=key,
    )
    return replace(view(spoken, id, "card_pin", voice), keypad=pad)


def test_a_digit_is_heard_as_a_click_and_the_screen_is_not_said_again() -> None:
    whole = keypad(4, "s:5", spoken="暗証番号。あと3回です。4けた入力しました。")
    assert said(keypad(0, "s:1"), keypad(1, "s:2"), keypad(1, "s:2"), whole) == [
        Say("card_pin", ("暗証番号。", "あと3回です。")),
        Say("card_pin", (), click=True),
        None,
        Say("card_pin", ("4けた入力しました。",), click=True),
    ]


def test_the_keypad_is_said_whole_when_it_comes_again_after_another_screen() -> None:
    wishes = said(keypad(4, "s:1"), view("確かめています。", "s:2", "card_reading"), keypad(0, "s:3"))
    assert wishes[2] == Say("card_pin", ("暗証番号。", "あと3回です。"))


def test_no_key_clicks_while_the_voice_is_off() -> None:
    assert said(keypad(0, "s:1", voice=False), keypad(1, "s:2", voice=False)) == [None, None]


def test_a_card_that_is_left_chimes_with_the_voice_on_or_off_until_it_is_taken() -> None:
    lies = replace(view("カードをお取りください。", "s:1", "card_take", voice=False), chime=True)
    assert said(lies, lies, view("", "s:2", "idle", voice=False)) == [
        Say("card_take", (), chimes=True),
        None,
        Say("idle", ()),
    ]
    heard = replace(lies, voice=True)
    assert said(heard, heard, view("画面。", "s:2", "idle")) == [
        Say("card_take", ("カードをお取りください。",), chimes=True),
        None,
        Say("idle", ("画面。",)),
    ]


def test_what_is_for_everybody_is_said_aloud_once_with_the_voice_off_and_only_in_a_language_that_can_be_spoken() -> (
    None
):
    takes = replace(
        view("証明書をお取りください。", "s:1", "cert_take", voice=False), chime=True, aloud="お取りください。"
    )
    listening, say = follow(Listening(), takes)
    assert say == Say("cert_take", (), chimes=True, aloud="お取りください。")
    assert follow(listening, replace(takes, screen_id="s:2"))[1] is None
    assert follow(listening, replace(takes, chime=False, aloud=""))[1] == Say("cert_take", ())
    english = follow(Listening(), replace(takes, language="en"))[1]
    assert english == Say("cert_take", (), chimes=True)
    heard = follow(Listening(), replace(takes, voice=True))[1]
    assert heard is not None and heard.aloud == ""
