"""Grades what the computer says of itself. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk_app.diagnosis.computer import Computer
from kiosk_app.diagnosis.finding import Finding, bad, good, look

MEMORY_LITTLE_MIB, MEMORY_OUT_MIB = 400, 150
"""A face that is started again needs about 130."""
HOT_C, TOO_HOT_C = 80.0, 92.0
"""Processors slow down from about 95."""


def findings(
    found: Computer, *, touch: bool, keys: bool, screen: bool, sound: bool, network: bool, installed: bool
) -> Iterator[Finding]:
    """What the machine is fitted with decides what is looked at."""
    yield _memory(found)
    yield _temperature(found)
    if screen:
        yield _screen(found)
    if touch:
        yield _touch(found)
    if keys:
        yield _keys(found)
    if sound:
        yield _sound(found)
    if network:
        yield _network(found)
    yield _time(found)
    if found.read_only:
        cause = f"{'、'.join(found.read_only)}が読み取り専用になっています"
        yield bad(
            "disk_state", "ディスクの状態", "書き込めません", cause,
            "ディスクの故障が疑われます。バックアップを確かめてから、ディスクを交換してください",
        )  # fmt: skip
    else:
        yield good("disk_state", "ディスクの状態", "書き込めます")
    if installed:
        yield _pretended(found)
        yield _same_computer(found)


def _memory(found: Computer) -> Finding:
    check, name, free = "memory", "メモリ", found.memory_free_mib
    if free is None:
        return good(check, name, "このコンピューターは伝えません")
    says = f"空き{free:,} MiB"
    if free < MEMORY_OUT_MIB:
        return bad(check, name, says, "空きがほとんどありません", "ほかのプログラムを止め、再起動してください")
    if free < MEMORY_LITTLE_MIB:
        return look(check, name, says, "空きが少なくなっています", "続くときはメモリを増やしてください：free -h")
    return good(check, name, says)


def _temperature(found: Computer) -> Finding:
    check, name, hottest = "temperature", "温度", found.hottest_c
    if hottest is None:
        return good(check, name, "このコンピューターは伝えません")
    says = f"{hottest:.0f} ℃"
    step = "通気口のほこりを取り、ファンが回るか確かめてください"
    if hottest >= TOO_HOT_C:
        return bad(check, name, says, "熱くなりすぎています", step)
    if hottest >= HOT_C:
        return look(check, name, says, "熱くなっています", step)
    return good(check, name, says)


def _screen(found: Computer) -> Finding:
    check, name = "screen", "画面"
    there = [connector for connector, connected in found.screens.items() if connected]
    if there:
        return good(check, name, "、".join(there))
    return bad(check, name, "つながっていません", "画面の線か電源が外れています", "画面の電源と線を確かめてください")


def _touch(found: Computer) -> Finding:
    if found.touch:
        return good("touch", "タッチ", "、".join(found.touch))
    return bad("touch", "タッチ", "ありません", "タッチの線（USB）が外れています", "画面裏のUSBを差し直してください")


def _keys(found: Computer) -> Finding:
    if found.keys:
        return good("keys", "5つのキー", "、".join(found.keys))
    return look(
        "keys", "5つのキー", "ありません", "テンキーの線（USB）が外れています", "テンキーのUSBを差し直してください"
    )


def _sound(found: Computer) -> Finding:
    if found.sound_cards:
        return good("sound", "音声", "、".join(found.sound_cards))
    return bad(
        "sound", "音声", "装置がありません", "音声の装置がつながっていません",
        "線を差し直し、aplay -l で確かめてください。続きは hitofuda diag voice",
    )  # fmt: skip


def _network(found: Computer) -> Finding:
    check, name = "network", "ネットワーク"
    up = [link for link, there in found.links.items() if there]
    if up:
        return good(check, name, "、".join(up))
    if found.links:
        return bad(
            check, name, f"{'、'.join(found.links)}に線がありません", "LANの線が抜けているか、相手の電源が切れています",
            "LANの線とスイッチのランプを確かめてください",
        )  # fmt: skip
    return bad(check, name, "LANの装置がありません", "装置が見つかりません", "ip link で確かめてください")


def _time(found: Computer) -> Finding:
    check, name = "time_sync", "時刻合わせ"
    if found.time_synchronised is None:
        return good(check, name, "使っていません")
    if found.time_synchronised:
        return good(check, name, "合っています")
    return look(
        check, name, "合わせていません", "時刻サーバー（NTP）が答えません",
        "timedatectl timesync-status で時刻サーバーを確かめてください",
    )  # fmt: skip


def _pretended(found: Computer) -> Finding:
    check, name = "virtual_reader", "偽の読取機"
    if not found.virtual_readers:
        return good(check, name, "ありません")
    return bad(
        check, name, "vpcdがあります", f"{'、'.join(found.virtual_readers)}：誰でもカードを装えます",
        "apt-get purge vsmartcard-vpcd のあと、pcscdを再起動してください",
    )  # fmt: skip


def _same_computer(found: Computer) -> Finding:
    check, name = "identity", "機械の身元"
    if not found.machine_id or found.machine_id == "uninitialized":
        return bad(check, name, "ありません", "/etc/machine-id が空です", "systemd-machine-id-setup を実行してください")
    known, board = found.installed_on[:1], found.installed_on[1:]
    if known == (found.machine_id,) and board and found.board and board != (found.board,):
        return bad(
            check, name, "別の機械の写しです", "このディスクはほかの機械から複製されています",
            "scripts/install の案内のとおりに、身元と合言葉を作り直してください",
        )  # fmt: skip
    return good(check, name, "この機械のものです")
