"""Sound that a loudspeaker can take: length, level, format, and nothing on the product's output."""

import array
import io
import itertools
import socket
import subprocess
import sys
import wave
from collections.abc import Sequence
from pathlib import Path

import pytest

from kiosk_app.voice.output import Files, SoundCard, sound_card_present
from kiosk_app.voice.readings import load
from kiosk_app.voice.synthesiser import RATE_HZ, Synthesiser, chime, duration_s, wav
from tests.namespaces import NO_NETWORK, needs_namespaces

CALL = "えーの105番のかた、3番窓口へお越しください。"


@pytest.fixture(scope="module")
def voice() -> Synthesiser:
    return Synthesiser(load())


def peak(samples: bytes) -> float:
    values = array.array("h", samples)
    return max(max(values), -min(values)) / 32768


def test_a_call_lasts_a_few_seconds_and_is_neither_silent_nor_beyond_the_scale(voice: Synthesiser) -> None:
    samples = voice.samples(CALL)
    assert 3.0 < duration_s(samples) < 6.0
    assert 0.3 < peak(samples) <= 1.0


def test_what_is_said_is_a_wav_file(voice: Synthesiser) -> None:
    with wave.open(io.BytesIO(voice.say("番号札をお取りください。"))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE_HZ, 1, 2)
        assert 1.0 < file.getnframes() / RATE_HZ < 4.0


def test_the_chime_is_two_falling_notes_that_end_in_silence() -> None:
    values = array.array("h", chime())
    half = len(values) // 2

    def crossings(part: Sequence[int]) -> int:
        return sum(a < 0 <= b for a, b in itertools.pairwise(part))

    assert 0.8 < duration_s(chime()) < 1.5
    assert 0.1 < peak(chime()) < 0.5
    assert crossings(values[: half // 2]) > crossings(values[half : half + half // 2]) > 100
    assert abs(values[-1]) < 20


def test_the_same_sentence_is_the_same_sound(voice: Synthesiser) -> None:
    assert voice.samples(CALL) == voice.samples(CALL)


@needs_namespaces
def test_the_library_needs_no_network_and_says_nothing_of_its_own() -> None:
    """In its own process without any network, with nobody's home directory to keep downloads in."""
    program = (
        "from kiosk_app.voice.readings import load\n"
        "from kiosk_app.voice.synthesiser import Synthesiser\n"
        f"assert len(Synthesiser(load()).samples({CALL!r})) > 200_000\n"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [*NO_NETWORK, sys.executable, "-c", program],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=60,
        env={"HOME": "/nonexistent", "PATH": "/usr/bin:/bin", "PYTHONPATH": str(root)},
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_second_saying_joins_the_file_of_its_call(tmp_path: Path) -> None:
    files = Files(tmp_path / "sound")
    assert files.play("001-A-105-3.wav", b"\1\0" * 4800) == ""
    assert files.play("001-A-105-3.wav", b"\1\0" * 4800) == ""
    assert files.play("002-A-106-3.wav", b"\1\0" * 4800) == ""
    lengths = {p.name: p.stat().st_size for p in (tmp_path / "sound").iterdir()}
    assert lengths == {
        "001-A-105-3.wav": len(wav(bytes(9600 + 9600 + 57600))),
        "002-A-106-3.wav": len(wav(bytes(9600))),
    }


def test_a_directory_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "file" in Files(tmp_path / "file").play("001-A-105-3.wav", b"")


@pytest.mark.parametrize(
    ("cards", "present"),
    [
        (" 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n                      HDA Intel PCH at 0xf7\n", True),
        ("--- no soundcards ---\n", False),
    ],
)
def test_a_sound_card_is_recognised(tmp_path: Path, cards: str, present: bool) -> None:
    (tmp_path / "cards").write_text(cards)
    assert sound_card_present(tmp_path / "cards") is present
    assert not sound_card_present(tmp_path / "absent")


def test_alsas_player_takes_our_sound() -> None:
    """The real player with ALSA's own null device; skipped only where alsa-utils is not installed."""
    try:
        subprocess.run(["aplay", "--version"], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("alsa-utils is not installed")
    assert SoundCard("null").play("001-A-105-3.wav", chime()) == ""
    assert SoundCard("no_such_device").play("001-A-105-3.wav", chime()) != ""


@needs_namespaces
def test_unshare_really_cuts_the_network() -> None:
    """So that the test above cannot pass by accident."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        program = f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)"
        done = subprocess.run([*NO_NETWORK, sys.executable, "-c", program], capture_output=True, timeout=30)
    assert done.returncode != 0
