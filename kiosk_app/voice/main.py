"""`hitofuda voice`: reads announcements from the core and says them; may be restarted at any moment.

With `--citizen` it is the earphone's voice instead (earphone.py). For calls there are four threads and one
inbox: the reader brings calls, the speaker says one at a time, the maker makes its sound and the next one's, this one
decides by the rules.
"""

from __future__ import annotations

import functools
import queue
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from urllib.parse import quote

import msgspec

from kiosk_app.api import Announcement
from kiosk_app.client import Client, CoreTrouble
from kiosk_app.office.toml_config import ConfigError
from kiosk_app.voice import earphone, english
from kiosk_app.voice import readings as dictionary
from kiosk_app.voice.levels import at_volume
from kiosk_app.voice.making import Making
from kiosk_app.voice.output import Files, Output, SoundCard, sound_card_present
from kiosk_app.voice.phrases import english_sentence, file_name, sentence
from kiosk_app.voice.rules import Finished, Heard, Speak, VoiceEvent, VoiceState, step
from kiosk_app.voice.synthesiser import Synthesiser, chime, silence

PAUSE_BEFORE_ENGLISH_S = 0.3
INBOX_LIMIT = 256
"""The reader waits beyond it; the rules drop what is late long before."""

Inbox = queue.Queue[VoiceEvent | BaseException]


def main(
    core: str,
    zone: str,
    out_dir: Path | None,
    device: str = "default",
    citizen: bool = False,
    aloud: str = "",
    volume: int = 100,
) -> int:
    """Says the calls of one zone, or with `citizen` the screens of the ticket machine, until it is told to stop.

    `core`: its address, or device:FOLDER of a computer that is paired with a hub elsewhere.
    `aloud` is the device of the ticket machine's own loudspeaker, where it is another one than the earphone's.
    `volume` is that of this machine's hall, in percent; the hour's comes with each call.

    2: cannot begin as set up; 1: the core refuses us.
    """
    try:
        readings, client = dictionary.load(), Client(core, use="display")
    except (ValueError, ConfigError) as fault:
        print(fault, file=sys.stderr)
        return 2
    if out_dir is None and not sound_card_present():
        print("no sound card: connect one, or name a directory for WAV files", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, _stop)
    output: Output = SoundCard(device) if out_dir is None else Files(out_dir)
    synthesiser = Synthesiser(readings)
    synthesiser.warm_up()
    if citizen:
        _log("ready", citizen="yes")
        loudspeaker = SoundCard(aloud) if aloud else None
        refusal = earphone.run(client, synthesiser, output, lambda why: _log("unheard", why=why), loudspeaker)
        _log("stopped", why=str(refusal))
        return 1
    if why := english.missing():
        _log("japanese_only", why=why)
    inbox: Inbox = queue.Queue(INBOX_LIMIT)
    to_say: queue.Queue[tuple[str, Speak]] = queue.Queue(1)
    making = Making(lambda call: _made(call, synthesiser, readings))
    threading.Thread(target=_read, args=(client, zone, inbox), daemon=True).start()
    threading.Thread(target=_speak, args=(to_say, inbox, making, output, volume), name="speaker", daemon=True).start()
    return _decide(zone, inbox, to_say, making)


def _decide(zone: str, inbox: Inbox, to_say: queue.Queue[tuple[str, Speak]], making: Making) -> int:
    state, order = VoiceState(zone), 0
    while True:
        event = inbox.get()
        if isinstance(event, CoreTrouble):
            _log("stopped", why=str(event), next=event.next_step)
            return 1
        if isinstance(event, BaseException):
            raise event
        state, commands = step(state, event)
        for command in commands:
            if isinstance(command, Speak):
                order += command.saying == 1
                to_say.put((file_name(order, command.announcement), command))
            else:
                _log("dropped", call=command.announcement.call_id, why=command.why)
        if state.waiting:
            making.begin(state.waiting[0].announcement)


def _read(client: Client, zone: str, inbox: Inbox) -> None:
    # Calls are not kept for a voice that comes later, so it is ready only when it hears.
    # A paired display has a floor of its own, which the hub knows.
    path = f"/v1/voice/events?zone={quote(zone)}" if zone else "/v1/voice/events"
    ready = functools.cache(lambda: _log("ready", zone=zone))
    try:
        for announcement in client.views(path, Announcement, only="announcement", opened=ready):
            inbox.put(Heard(announcement, _steady_ms()))
    except BaseException as trouble:  # handed to the deciding thread, which ends the process with it
        inbox.put(trouble)


def _speak(
    to_say: queue.Queue[tuple[str, Speak]],
    inbox: Inbox,
    making: Making,
    output: Output,
    volume: int,
) -> None:
    try:
        while True:
            name, speak = to_say.get()
            call = speak.announcement
            samples = making.begin(call).result()
            if speak.saying == 1:
                samples = chime(speak.follows) + samples
            trouble = output.play(name, at_volume(samples, call.volume * volume // 100))
            if trouble:
                _log("unheard", call=call.call_id, why=trouble)
            else:
                _log("said", call=call.call_id, saying=str(speak.saying))
            inbox.put(Finished(_steady_ms()))
    except BaseException as trouble:  # as above: a bug ends the process, systemd starts it again
        inbox.put(trouble)


def _made(call: Announcement, synthesiser: Synthesiser, readings: dictionary.Readings) -> bytes:
    samples = synthesiser.samples(sentence(call, readings))
    return samples + _in_english(call) if call.language == "en" else samples


def _in_english(call: Announcement) -> bytes:
    """After a short pause; nothing where it cannot be said, because the call has been made in Japanese."""
    samples, trouble = english.samples(english_sentence(call))
    if trouble:
        _log("no_english", call=call.call_id, why=trouble)
    return silence(PAUSE_BEFORE_ENGLISH_S) + samples if samples else b""


def _steady_ms() -> int:
    return time.monotonic_ns() // 1_000_000


def _log(event: str, **fields: str) -> None:
    print(msgspec.json.encode({"part": "voice", "event": event, **fields}).decode(), file=sys.stderr, flush=True)


def _stop(signal_number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)
