"""The console's own words for staff. Words for citizens never live here; they come with the view."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk_app.api import Mark

TABS = {
    "desk": "窓口",
    "guide": "案内",
    "leader": "リーダー",
    "slots": "枠",
    "money": "代金",
    "devices": "端末",
    "today": "今日",
    "figures": "統計",
    "actions": "操作履歴",
    "forms": "書類",
}
ROLES = {"clerk": "係員", "guide": "案内係", "leader": "リーダー", "technician": "技術員"}
USES = {"console": "窓口端末", "display": "呼出表示", "ticket_machine": "番号発券機"}
MARKS: dict[Mark, tuple[str, str]] = {"to_seat": ("お席まで伺います", "席へ"), "writing": ("筆談", "筆談")}
"""What it says, and the short form for a row."""
KINDS = {"walk_in": "窓口", "handover": "交付", "reservation": "予約", "slot": "枠", "held": "保留", "missed": "不在"}
ASIDE = ("held", "missed")
"""Not in the line: they come back when they speak to the staff."""
LANGUAGE_MARKS = {"ja": "", "easy": "やさしい", "en": "EN", "zh": "中文", "ko": "한국어", "vi": "VI"}
LANGUAGE_NAMES = {
    "ja": "日本語",
    "easy": "やさしい日本語",
    "en": "English",
    "zh": "简体中文",
    "ko": "한국어",
    "vi": "Tiếng Việt",
}
ACT_NAMES: dict[str, str] = {
    "open_counter": "窓口を開ける",
    "pause_counter": "休憩にする",
    "close_counter": "窓口を閉じる",
    "call_next": "次を呼ぶ",
    "call_number": "この番号を呼ぶ",
    "recall": "再呼出",
    "continue_call": "まだです（続ける）",
    "register_pad": "手書き番号札を登録",
    "hold": "保留",
    "resume": "列に戻す",
    "no_show": "不在",
    "complete": "完了",
    "ready_for_handover": "交付待ちへ",
    "cancel": "取り消す",
    "undo": "元に戻す",
    "transfer": "転送",
    "grant_priority": "順番を早める",
    "accept_alert": "受ける",
    "issue": "番号札を出す",
    "reprint": "再発行",
    "recover_printer": "プリンターを復帰",
    "mark": "しるし",
    "change_service": "用件を変える",
    "cancel_many": "まとめて取り消す",
    "restore_many": "取り消しを戻す",
    "print_history": "印刷",
    "suspend": "休止する",
    "end_suspension": "休止を解除",
    "post_notice": "お知らせを出す",
    "withdraw_notice": "お知らせを下げる",
    "confirm_pairing": "同じ番号です",
    "refuse_pairing": "違います",
    "revoke_device": "端末を取り消す",
    "resume_certificates": "交付を再開",
    "confirm_payment": "代金を受け取りました",
    "return_money": "お返しした",
    "settle_claim": "精算",
    "print_takings": "日計表を印刷",
    "refilled": "補充しました",
    "hand_over_hub": "ハブを切り替える",
    "accept_voided": "確かめた",
    "change_slots": "枠を変える",
    "undo_slots": "枠を元に戻す",
    "close_slots": "枠を休止する",
    "book_slot": "予約を入れる",
    "move_booking": "時間を変える",
    "print_call_list": "電話リストを印刷",
    "cancel_booking": "予約を取り消す",
    "slot_no_show": "予約の方が不在",
    "check_in": "予約の方を受け付ける",
    "sign_out": "サインアウト",
}
"""What a press is called when nobody knows whether it has arrived: as its plate says."""
DIALOG_TITLES = {
    ("cancel", ""): "{number}を取り消します。理由をお選びください。",
    ("group", "transfer"): "{number}をどこへ転送しますか。",
    ("group", "change_service"): "{number}の用件を変えます。グループをお選びください。",
    ("to_counter", "transfer"): "{number}をどの窓口へ転送しますか。",
    ("service", "transfer"): "{number}をどの用件へ転送しますか。",
    ("service", "change_service"): "{number}の新しい用件をお選びください。",
    ("number", "call_number"): "呼ぶ番号を入れてください。",
    ("number", "ready_for_handover"): "お渡しの準備ができた番号を入れてください。",
    ("number", "reprint"): "再発行する番号を入れてください。",
    ("number", "change_service"): "用件を変える番号を入れてください。",
    ("number_reason", ""): "{number}を順番の前に呼びます。理由をお選びください。",
    ("marks", ""): "{number}のしるし（今日だけ残ります）",
    ("priority", ""): "{number}の順番を早めます。理由をお選びください。",
    ("suspend", ""): "何の受付を休止しますか。",
    ("suspend_service", ""): "どの用件を休止しますか。",
    ("suspend_reason", ""): "休止の理由をお選びください。機械と表示板に6言語で出ます。",
    ("notice", ""): "どのお知らせを出しますか。",
    ("until", "suspend"): "いつまで休止しますか。",
    ("until", "post_notice"): "いつまで出しますか。",
    ("starts", ""): "いつから休止しますか。",
    ("ends", ""): "いつまで休止しますか。",
    ("from_to", ""): "次の時間に休止します。よろしいですか。",
    ("many", ""): "どなたの番号を取り消しますか。",
    ("many_reason", ""): "取り消す理由をお選びください。",
    ("many_confirm", ""): "次の番号を取り消します。よろしいですか。",
    ("group", "register_pad"): "手書き番号札を登録します。グループをお選びください。",
    ("service", "register_pad"): "手書き番号札の用件をお選びください。",
    ("number", "register_pad"): "{letter}の手書きの番号を入れてください（901、続きは901-915）。",
    ("pad_when", ""): "{number}をいつ配りましたか。",
    ("pad_language", ""): "{number}の方の言語をお選びください。",
    ("service", "call_number"): "{number}の番号札はまだ届いていません。\n札の番号を確かめて、用件をお選びください。",
    ("pair", ""): "{number}\nこの番号が、新しい端末にも出ていますか。",
    ("revoke", ""): "{number}の登録を取り消します。\n理由をお選びください。",
    ("sell_again", ""): ("{number}の証明書の交付を再開します。\n止まったわけを確かめ、出ている紙を回収しましたか。"),
    ("hub_confirm", ""): "ハブを{number}に切り替えます。よろしいですか。",
    ("break", ""): "窓口をどうしますか。",
    ("why", ""): "順番の理由",
    ("keys", ""): "キー一覧",
    ("row", ""): "{number}",
    ("paper", ""): "用紙の入れ方",
    ("jam", ""): "つまった紙の取り方",
    ("model", ""): "プリンターの機種が変わったとき",
}
LOADS_PAPER = ("paper_out", "near_end", "cover_open")
NEEDS_RECOVERY = "cutter_error"
NEEDS_TECHNICIAN = "other_model"
"""Causes of an alert for which a console shows or does the next step."""
NEXT_STEPS = {"paper": LOADS_PAPER, "recover": (NEEDS_RECOVERY,), "model": (NEEDS_TECHNICIAN,)}
"""What P does, by the causes that somebody has gone for: the first that there is."""
NEXT_STEP_NAMES = {
    "paper": "用紙の入れ方",
    "recover": "プリンターを復帰",
    "model": "次にすること",
    "refilled": "補充しました",
    "tab:money": "代金と返金の画面へ",
    "tab:devices": "端末の画面へ",
}
_LOADING = (
    ("paper1", "ふたを開けて\n芯を取る"),
    ("paper2", "ふたの図の向きに\nロールを入れる"),
    ("paper3", "ふたを閉めて\n紙を切り取る"),
)
PICTURES = {
    **dict.fromkeys(LOADS_PAPER, _LOADING),
    "cover_open": (("paper1", "芯が残っていれば\n取る"), *_LOADING[1:]),
    "cutter_error": (("paper1", "ふたを開ける"), ("jam2", "つまった紙を取る"), ("jam3", "ふたを閉める")),
}
"""A picture and what it shows, in the order of the hands. Which way its roll lies, a printer says inside its cover."""
DIALOG_PICTURES = {"paper": _LOADING, "jam": PICTURES["cutter_error"]}
MODEL_STEPS = (
    "番号札の幅が合わないおそれがあるので、この機種では発券しません。",
    "元のプリンターに戻すと、発券が再開します。",
    "このまま使うときは、技術員がコアを止め、hitofuda diag printer --adopt で機種を登録します。",
)
UNTIL = (("30", "30分"), ("60", "1時間"), ("120", "2時間"), ("0", "今日いっぱい"))
"""Minutes from now; 0 is the rest of the day."""
SUBMIT = {"register_pad": "次へ", "reprint": "再発行する", "ready_for_handover": "お渡し待ちにする"}
KEY_HELP = (
    ("1", "次を呼ぶ（いまの方は完了）"),
    ("2", "再呼出"),
    ("3", "完了"),
    ("4", "保留"),
    ("5", "不在"),
    ("6", "転送"),
    ("7", "取り消す"),
    ("8", "交付待ちへ"),
    ("9", "お渡しの準備ができた番号"),
    ("0", "元に戻す（5分以内）"),
    ("/", "番号を指定して呼ぶ"),
    ("M", "しるし（お席まで・筆談）"),
    ("C", "対応を続ける（止まったあと）"),
    ("T", "手書き番号札を登録"),
    ("B", "休憩・閉鎖・サインアウト"),
    ("W", "順番の理由"),
    ("P", "プリンターの次の手順"),
    ("F9", "左の呼び出しを受ける"),
    ("F10", "右の呼び出しを受ける"),
    ("F2", "次のタブ"),
    ("F5", "操作履歴・電話リストを印刷"),
    ("F6", "操作履歴・統計：前の日や期間（F7 次）"),
    ("S", "統計・電話リスト：CSVで保存"),
    ("←→", "枠：時間を動かす（↓↑ 予約を選ぶ）"),
    ("1–4", "枠：長さを試す（6・7 列の数）"),
    ("U", "枠：変更を元に戻す"),
    ("G", "枠：次のグループ（D 日を選ぶ）"),
    ("↓↑", "お待ちの方を選ぶ（Enter）"),
    ("PgDn", "お待ちの方の続き"),
    ("Esc", "閉じる"),
)
