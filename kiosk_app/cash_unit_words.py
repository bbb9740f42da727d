"""What is the matter with a coin-and-note unit, for a technician at it and for staff who are rung to it."""

from __future__ import annotations

from drivers.payment_ports import UnitStatus

WORDS: dict[UnitStatus, tuple[str, str]] = {
    "ready": ("お金を受け取れます", ""),
    "unknown": ("準備をしています", "数秒待って、もう一度調べてください"),
    "no_change": (
        "お釣りが足りません",
        "硬貨を補充してください。10円・50円・100円がそれぞれ入っていれば、どの硬貨にもお釣りを出せます",
    ),
    "full": ("入金箱か紙幣の箱がいっぱいです", "鍵を開けて、お金を回収してください"),
    "box_missing": ("入金箱か紙幣の箱がありません", "箱を奥まで差し込んでください"),
    "coin_jam": ("硬貨がつまっています", "ふたを開けて硬貨を取り、電源を入れ直してください"),
    "note_jam": ("紙幣がつまっています", "ふたを開けて紙幣を取ってください。取った額は控えてください"),
    "tampered": ("いたずらのあとがあります", "投入口と中を見てから、電源を入れ直してください"),
    "fault": ("故障を知らせています", "電源を入れ直し、続くときはメーカーに連絡してください"),
    "silent": ("答えません", "電源と線、通信速度（baud）、番地（硬貨55・紙幣40）を確かめてください"),
    "away": ("線がありません", "USBを差し直すか、[payment] の device（または host・port）を確かめてください"),
    "other_device": (
        "ccTalkの硬貨・紙幣の機械ではないか、円を受け取らない機械です",
        "機械の設定（国：JP）と、つないだ機械を確かめてください",
    ),
}
"""What is the matter, and what to do now."""
