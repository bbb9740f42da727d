"""`hitofuda diag voice`: can this machine speak, to where, in which languages, and how loud at which hour.

It makes a call in each language without playing it, so that it may be asked while the hall is full.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from kiosk_app.api import Announcement
from kiosk_app.settings import ConfigError, load_machine, load_office, sound_of
from kiosk_app.voice import english, readings
from kiosk_app.voice.output import CARDS, sound_card_present
from kiosk_app.voice.phrases import english_sentence, sentence
from kiosk_app.voice.synthesiser import Synthesiser, duration_s

SAMPLE = Announcement(
    call_id="", zone="", letter="A", number=105, counter=3, stage="reception", called_utc_ms=0, now_utc_ms=0
)


def check(machine: Path, told: Callable[[str], None], cards: Path = CARDS) -> int:
    """One line a matter. 0: speaks as it should; 1: something is missing, with what to do; 2: files cannot be used."""
    try:
        sound, office = sound_of(machine, citizen=False), load_office(Path(load_machine(machine).office_file))
        words = readings.load()
    except (ConfigError, ValueError) as fault:
        told(str(fault))
        return 2
    good = [_output(sound.device, sound.folder, told, cards)]
    begun = time.perf_counter()
    synthesiser = Synthesiser(words)
    synthesiser.warm_up()
    told(f"日本語の音声を読み込みました（{time.perf_counter() - begun:.1f}秒）。")
    begun = time.perf_counter()
    told(_made("日本語", synthesiser.samples(sentence(SAMPLE, words)), time.perf_counter() - begun))
    begun = time.perf_counter()
    samples, trouble = english.samples(english_sentence(SAMPLE))
    told(trouble or _made("英語", samples, time.perf_counter() - begun))
    good.append(not trouble)
    told(f"音量: この機械 {sound.volume}%")
    for floor in office.floors:
        hours = [h for h in office.volume_hours if floor.id in (h.floors or (floor.id,))]
        others = "".join(f"、{h.start}〜{h.until} {_percent(h.volume)}" for h in hours)
        told(f"音量: {floor.name['ja']} {_percent(floor.volume)}{others}")
    return 0 if all(good) else 1


def _output(device: str, folder: Path | None, told: Callable[[str], None], cards: Path) -> bool:
    if folder is not None:
        told(f'スピーカーは設定されていません（[sound] device = "none"）。音はWAVファイルになります: {folder}')
        return True
    if sound_card_present(cards):
        told(f"スピーカー: {device}")
        return True
    told(f"スピーカー {device} へ出す音声装置が見つかりません。次の手順: 装置をつなぎ、aplay -L で名前を確かめる。")
    return False


def _made(language: str, samples: bytes, took_s: float) -> str:
    return f"{language}: 話せます（{duration_s(samples):.1f}秒の音を{took_s:.2f}秒で作りました）。"


def _percent(volume: int) -> str:
    return f"{volume}%" if volume else "無音"
