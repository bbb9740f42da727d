"""The console's own words for staff. Words for citizens never live here; they come with the view."""

from __future__ import annotations

TABS = {"desk": "窓口", "guide": "案内", "today": "今日", "actions": "操作履歴"}
ROLES = {"clerk": "係員", "guide": "案内係", "leader": "リーダー", "technician": "技術員"}
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
DIALOG_TITLES = {
    ("cancel", ""): "{number}を取り消します。理由をお選びください。",
    ("group", "transfer"): "{number}をどのグループへ転送しますか。",
    ("group", "change_service"): "{number}の用件を変えます。グループをお選びください。",
    ("service", "transfer"): "{number}をどの用件へ転送しますか。",
    ("service", "change_service"): "{number}の新しい用件をお選びください。",
    ("number", "call_number"): "呼ぶ番号を入れてください。",
    ("number", "ready_for_handover"): "お渡しの準備ができた番号を入れてください。",
    ("number", "reprint"): "再発行する番号を入れてください。",
    ("number", "change_service"): "用件を変える番号を入れてください。",
    ("number_reason", ""): "{number}を順番の前に呼びます。理由をお選びください。",
    ("priority", ""): "{number}の順番を早めます。理由をお選びください。",
    ("break", ""): "窓口をどうしますか。",
    ("why", ""): "順番の理由",
    ("keys", ""): "キー一覧",
    ("row", ""): "{number}",
    ("paper", ""): "用紙の入れ方",
}
NEEDS_PAPER = "paper_out"
NEEDS_RECOVERY = "cutter_error"
"""The cause of an alert that anybody can end who is shown how."""
PAPER_STEPS = (
    ("paper1", "レバーを引いて、ふたを開けます。"),
    ("paper2", "残った芯を取り出します。"),
    ("paper3", "新しいロールを、ふたの内側の図と同じ向きに入れ、紙の端を手前に引き出します。"),
    ("paper4", "ふたの両側を押して閉めます。発券が再開します。"),
)
SUBMIT = {"reprint": "再発行する", "ready_for_handover": "お渡し待ちにする"}
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
    ("B", "休憩・閉鎖・サインアウト"),
    ("W", "順番の理由"),
    ("P", "用紙の入れ方（用紙がないとき）"),
    ("F9", "左の呼び出しを受ける"),
    ("F10", "右の呼び出しを受ける"),
    ("F2", "次のタブ"),
    ("F6", "操作履歴：前の日（F7 次の日）"),
    ("↓↑", "お待ちの方を選ぶ（Enterで開く）"),
    ("PgDn", "お待ちの方の続き"),
    ("Esc", "閉じる"),
)
