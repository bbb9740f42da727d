"""What staff read of each call for help: what is the matter, and what to do now. Never a name of ours."""

from __future__ import annotations

from typing import NamedTuple


class AlertWords(NamedTuple):
    title: str
    note: str
    icon: str


ALERTS = {
    "visitor": AlertWords("職員を呼んでいます", "画面の前でお待ちです", "bell"),
    "help": AlertWords("ご用件を相談したい方がいます", "画面の前でお待ちです", "question"),
    "practice": AlertWords("れんしゅうを手伝ってほしい方がいます", "画面の前でお待ちです。本番ではありません", "hand"),
    "many_tickets": AlertWords("番号札を続けて取っています", "声をかけてください", "ticket"),
    "stuck": AlertWords("発券が止まっています", "画面の前の方に、番号札が出たか確かめてください", "warn"),
    "doubt": AlertWords("番号札が出たか分かりません", "出ていればそのまま、なければ再発行してください", "question"),
    "paper_out": AlertWords("用紙がありません", "発券が止まっています", "roll"),
    "cover_open": AlertWords("プリンターのふたが開いています", "ふたを閉めてください", "printer"),
    "cutter_error": AlertWords(
        "カッターが止まっています", "受けてから紙づまりを取り、「プリンターを復帰」を押してください", "cut"
    ),
    "head_hot": AlertWords("プリンターが熱くなっています", "しばらくすると動きます", "temp"),
    "offline": AlertWords("プリンターが使えません", "電源とふたを確かめてください", "printer"),
    "silent": AlertWords("プリンターが答えません", "電源と線を確かめてください", "printer"),
    "unknown": AlertWords("プリンターの状態が分かりません", "電源と線を確かめてください", "printer"),
    "other_model": AlertWords(
        "プリンターの機種が変わりました",
        "技術員に機種の登録を頼んでください{detail}",
        "printer",
    ),
    "one_printer": AlertWords("{detail}", "もう1台で発券を続けています", "printer"),
    "certificate_paper": AlertWords(
        "証明書を印刷できません", "直ると残りの紙が出ます。お客さまがお待ちです{detail}", "roll"
    ),
    "form_paper": AlertWords("書類を印刷できません", "直ると残りの紙が出ます。お客さまがお待ちです{detail}", "roll"),
    "certificate_printer": AlertWords(
        "証明書の受付が閉じています：{detail}", "直ると自動で開きます。番号札は出せます", "printer"
    ),
    "cash_unit": AlertWords(
        "お金の機械が使えません：{detail}", "直るまで証明書は受け付けません。番号札は出せます", "yen"
    ),
    "certificates_stopped": AlertWords(
        "証明書の交付を止めました",
        "ちがう方の書類が出るのを防ぎました。番号札は出せます。技術員を呼んでください",
        "warn",
    ),
    "card_left": AlertWords("カードが残っています", "読み取り口のカードを預かってください", "card"),
    "certificate_doubt": AlertWords(
        "証明書が出たか分かりません", "代金を受け取っています。取り出し口を一緒に確かめてください", "question"
    ),
    "certificate_claim": AlertWords(
        "証明書の代金をお返しする方がいます", "返金引換票か受付番号をお聞きください", "yen"
    ),
    "disk_full": AlertWords("記録する場所が足りません", "技術員を呼んでください", "disk"),
    "numbers_full": AlertWords("番号を使い切りました", "予備の番号札をお渡しください", "ticket"),
    "log_damaged": AlertWords("記録が壊れていました", "発券は続けられます。技術員を呼んでください", "disk"),
    "log_unreadable": AlertWords("記録を読み返せません", "発券は続けられます。技術員を呼んでください", "disk"),
    "peer_refused": AlertWords("{detail}の記録を受け取れません", "発券は続けられます。技術員を呼んでください", "warn"),
    "machine_away": AlertWords("つながりません", "動いていれば番号札は出ています。札の番号を入れて呼べます", "net"),
    "device_refused": AlertWords(
        "{detail}からの通信を断りました", "登録していない機器か、まねた通信です。技術員を呼んでください", "warn"
    ),
    "clock_behind": AlertWords(
        "時計が{detail}に戻っています", "発券は続けられます。技術員に時計を合わせてもらってください", "clock"
    ),
    "clock_ahead": AlertWords(
        "時計が{detail}になっています", "正しければ受けてください。ちがえば技術員を呼んでください", "clock"
    ),
}
OTHER = AlertWords("確かめてください", "分からないときは技術員を呼んでください", "warn")
"""Of a cause that a newer machine knows and this one does not."""
ENDED_BY_THE_MACHINE = frozenset(
    {
        "disk_full",
        "clock_behind",
        "clock_ahead",
        "one_printer",
        "machine_away",
        "certificates_stopped",
        "certificate_printer",
        "cash_unit",
    }
)
"""They last until the machine itself finds that the cause is gone, whoever accepts them."""
FROM_A_PERSON = frozenset({"visitor", "help", "practice"})
"""Somebody waits at the screen: their language matters."""


def alert_words(cause: str, detail: str) -> AlertWords:
    found = ALERTS.get(cause, OTHER)
    if "{detail}" in found.note:
        return found._replace(note=found.note.format(detail=f"（{detail}）" if detail else ""))
    title = found.title.format(detail=detail)
    # Words without a place for it are of a printer, and the detail is its name.
    return found._replace(title=f"{detail}：{title}" if detail and "{detail}" not in found.title else title)
