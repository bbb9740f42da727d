"""What staff read where a number could not be given: the cause, and what to do next."""

from __future__ import annotations

from kiosk_app import api
from kiosk_app.issuing import NotIssued

SAID = {
    "paper_out": "用紙がありません。用紙を入れてから、もう一度押してください。",
    "cover_open": "プリンターのふたが開いています。閉めてから、もう一度押してください。",
    "cutter_error": "プリンターのカッターが止まっています。紙づまりを取ってから、もう一度押してください。",
    "head_hot": "プリンターが熱くなっています。しばらく待ってから、もう一度押してください。",
    "other_model": "プリンターの機種が変わったため、番号札を出せません。技術員を呼んでください。",
    "disk_full": "記録する場所が足りません。技術員を呼んでください。",
    "numbers_full": "この窓口の番号を使い切りました。予備の番号札をお渡しください。",
    "printing": "この番号は印刷中です。紙が出るまでお待ちください。",
    "closed": "今日は業務日ではないため、番号札を出せません。",
    "clock_behind": "時計が正しくないため、番号札を出せません。技術員を呼んでください。",
    "clock_ahead": "時計の日付が確かめられていません。呼び出しの一覧で確かめてください。",
    "gone": "その番号は今日ありません。番号を確かめてください。",
}


def not_issued(result: NotIssued) -> api.Reply:
    text = SAID.get(result.cause, "プリンターが使えません。電源と線を確かめて、もう一度押してください。")
    return api.Reply(ok=False, message=text)
