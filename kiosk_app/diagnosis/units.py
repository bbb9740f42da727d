"""The services of this machine, as systemd tells of them, and the release that they run."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from kiosk_app.diagnosis.finding import Finding, bad, good, look
from kiosk_app.releases import Releases

PROPERTIES = "Id,ActiveState,UnitFileState,Result,NRestarts,LoadState"
RESTARTS_MANY = 5
"""Since the computer was started: a service that dies now and then."""
ASK_S = 10.0
Ask = Callable[[], str]
WANTED = "etc/systemd/system/hitofuda.target.wants"


def asked(root: Path) -> Ask:
    """Speaks to this computer's service manager about every unit that the machine wants; says nothing without one."""

    def ask() -> str:
        names = sorted(path.name for path in (root / WANTED).glob("*") if not path.name.endswith((".timer", ".path")))
        if not names:
            return ""
        return _run(("systemctl", "show", "--no-pager", "-p", PROPERTIES, *names))

    return ask


def _run(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=ASK_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout


def findings(told: str, releases: Releases) -> Iterator[Finding]:
    """`told`: blocks of KEY=value as `systemctl show` prints them."""
    units = [dict(line.split("=", 1) for line in block.splitlines() if "=" in line) for block in told.split("\n\n")]
    yield from (_unit(one) for one in units if one.get("Id"))
    state = releases.state()
    if state.failed:
        yield look(
            "update", "更新", f"{state.failed}は使えませんでした", state.why,
            f"{state.confirmed}で動いています。新しい更新ファイルを用意してください",
        )  # fmt: skip
    elif state.trying:
        yield look(
            "update", "更新", f"{state.trying}を試しています", "まだ確かめ終わっていません",
            "終わるまで電源を切らないでください",
        )  # fmt: skip


def _unit(one: dict[str, str]) -> Finding:
    name = one["Id"]
    check = "unit_" + name.removeprefix("hitofuda-").partition(".")[0].replace("@", "_").replace("-", "_")
    if one.get("LoadState") != "loaded":
        return bad(check, name, "ありません", "サービスの定義が見つかりません", "scripts/install をやり直してください")
    state, journal = one.get("ActiveState", ""), f"journalctl -b -u {name}"
    if state == "failed":
        cause = f"動いていません（{one.get('Result', '')}）"
        return bad(check, name, "止まっています", cause, f"わけを見てください：{journal}")
    if state not in ("active", "activating", "reloading"):
        return bad(check, name, "動いていません", f"止められています（{state}）", f"systemctl start {name}")
    restarts = int(one.get("NRestarts") or 0)
    if state == "activating" or restarts >= RESTARTS_MANY:
        cause = f"起動してから{restarts}回、始め直しています"
        return look(check, name, "安定していません", cause, f"わけを見てください：{journal}")
    return good(check, name, "動いています")
