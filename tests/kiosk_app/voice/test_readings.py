"""What is said, in the library's own kana: exact, for the sentences that a hall hears all day."""

from pathlib import Path

import pytest

from kiosk_app.api import Announcement
from kiosk_app.voice.phrases import file_name, sentence
from kiosk_app.voice.readings import ReadingsFault, load
from kiosk_app.voice.synthesiser import Synthesiser

READINGS = load()


@pytest.fixture(scope="module")
def voice() -> Synthesiser:
    return Synthesiser(READINGS)


def announced(letter: str, number: int, counter: int, stage: str = "reception") -> Announcement:
    return Announcement(
        call_id="c",
        zone="1F",
        letter=letter,
        number=number,
        counter=counter,
        stage="handover" if stage == "handover" else "reception",
        called_utc_ms=0,
        now_utc_ms=0,
    )


@pytest.mark.parametrize(
    ("letter", "number", "counter", "said"),
    [
        ("A", 105, 3, "エーノヒャクゴバンノカタ、サンバンマドグチエオコシクダサイ。"),
        ("A", 100, 10, "エーノヒャクバンノカタ、ジューバンマドグチエオコシクダサイ。"),
        ("H", 300, 8, "エイチノサンビャクバンノカタ、ハチバンマドグチエオコシクダサイ。"),
        ("M", 4, 9, "エムノヨンバンノカタ、キューバンマドグチエオコシクダサイ。"),
        ("R", 814, 4, "アールノハッピャクジューヨンバンノカタ、ヨンバンマドグチエオコシクダサイ。"),
        ("W", 677, 7, "ダブリューノロッピャクナナジューナナバンノカタ、ナナバンマドグチエオコシクダサイ。"),
        ("Y", 1001, 14, "ワイノセンイチバンノカタ、ジューヨンバンマドグチエオコシクダサイ。"),
    ],
)
def test_a_call_is_read_exactly(voice: Synthesiser, letter: str, number: int, counter: int, said: str) -> None:
    assert voice.reading(sentence(announced(letter, number, counter), READINGS)) == said


def test_a_handover_is_read_exactly(voice: Synthesiser) -> None:
    assert (
        voice.reading(sentence(announced("A", 105, 6, "handover"), READINGS))
        == "エーノヒャクゴバンノカタ、オワタシノジュンビガデキマシタ。ロクバンマドグチエオコシクダサイ。"
    )


def test_the_agreed_sentence() -> None:
    assert sentence(announced("A", 105, 3), READINGS) == "えーの105番のかた、3番窓口へお越しください。"
    assert file_name(1, announced("A", 105, 3)) == "001-A-105-3.wav"


def test_no_number_is_ever_read_hoo(voice: Synthesiser) -> None:
    for number in range(1, 1000, 37):
        assert "ホー" not in voice.reading(sentence(announced("A", number, number % 20 + 1), READINGS))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("125番の方", "ヒャクニジューゴバンノカタ"),
        ("お待ちの方12人。", "オマチノカタジューニニン。"),
        ("番号札をお取りください。", "バンゴーフダヲオトリクダサイ。"),
        ("城内", "ジョーナイ"),
        ("1かい", "イッカイ"),
        ("A-105の方は終わりましたか", "エーノヒャクゴバンノカタワオワリマシタカ"),
        ("目安10:40〜10:55", "メヤスジュージヨンジュップンカラジュージゴジューゴフン"),
        ("4月7日(火)8:30からです。", "シガツナノカカヨービ、ハチジサンジュップンカラデス。"),
        ("12人(にん)待(ま)っています。", "ジューニニンマッテイマス。"),
        ("次(つぎ)は4月(がつ)7日(なのか)です。", "ツギワシガツナノカデス。"),
        ("A4の紙", "エーヨンノカミ"),
        ("キーの ＊ を押すと", "キーノコメジルシヲオスト"),
        ("画面の下の読み取り口。", "ガメンノシタノヨミトリグチ。"),
        ("H、引っ越し・戸籍", "エイチ、ヒッコシ・コセキ"),
    ],
)
def test_any_text_of_a_screen_is_read_right(voice: Synthesiser, written: str, said: str) -> None:
    assert voice.reading(written) == said


def test_a_word_counts_only_where_it_stands() -> None:
    assert READINGS.spoken("この方法、あの方、21かい") == "この方法、あのかた、21かい"


def test_a_reading_applied_twice_is_applied_once() -> None:
    once = READINGS.spoken("A-105の方、11:20〜11:30、番号札")
    assert READINGS.spoken(once) == once


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("schema = 2\n[words]\n[letters]\n", "schema"),
        ('schema = 1\n[letters]\nA = "A"\n[words]\n', "'A'"),
        ("schema = 1\n[words]\nx = 1\n[letters]\n", "words"),
        ("schema = 1\n[word]\n", "word"),
        ("schema = ", "Invalid value"),
    ],
)
def test_a_malformed_dictionary_is_named(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "readings.toml"
    path.write_text(text)
    with pytest.raises(ReadingsFault, match=named) as fault:
        load(path)
    assert str(path) in str(fault.value)
