"""Short answers on the telephone: yes or no, one of several, a name, an office, and what a caller may always say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from central_server.phone.numerals import plain

NAME_MAX = 40
Command = Literal["repeat", "back", "restart", "operator", "quit", "help"]
_COMMANDS: tuple[tuple[Command, str], ...] = (
    ("operator", r"オペレーター|係の(人|方)|職員|人と話|人に代わ|担当者|窓口の(人|方)"),
    ("restart", r"最初から|はじめから|初めから|やり直"),
    ("quit", r"(予約を?)?(やめ(ます|る|たい)|キャンセル)|切ります|結構です、?さようなら"),
    ("repeat", r"もう一度|もう1度|もういちど|もう一回|もう1回|聞こえ|聞き取れ|なんて(言|い)い|何て言"),
    ("back", r"(一つ|1つ)?前に?戻|戻って|戻りたい|戻る"),
    ("help", r"(よく)?(分か|わか)(りません|らない|んない)|どう(すれば|したら)|ヘルプ|助けて"),
)
_NO = re.compile(
    r"^(あの|えーと|、)*(いいえ|いえ|いや|違|ちが|だめ|ダメ|駄目|ノー|のー|よくない|変え|間違)|じゃない|ではありません|ではない"
)
_YES = re.compile(
    r"^(あ|あの|えーと|、)*(はい|ええ|うん|そう|オーケー|OK|ok|お願い|おねがい|大丈夫|だいじょうぶ|それで|合って|あって|間違いない|"
    r"間違いありません|よろしい|いいです|良いです|オッケー|イエス)"
)
_BEFORE_NAME = re.compile(
    r"^(?:はい|えー?っ?と|あの|あのー|えー|、|。|わたくし|わたし|私|名前|氏名|予約者)*(?:の名前)?(?:は|が)?、?"
)
_AFTER_NAME = re.compile(
    r"(?:と(?:申|もう)します|と(?:言|い)います|でございます|になります|です|で、?お願い(?:いた)?します|、?お願い(?:いた)?します)?。?$"
)
_FIRST = re.compile(r"(\d)(番|つ目)?|(?P<word>最初|はじめ|初め|真ん中|最後|それ)")


def command(said: str) -> Command | None:
    text = plain(said)
    return next((name for name, pattern in _COMMANDS if re.search(pattern, text)), None)


def yes_or_no(said: str) -> bool | None:
    """None for what could be either: 「結構です」 is a yes and a no."""
    text = plain(said)
    if _NO.search(text) and not re.search(r"間違い(ない|ありません)|違いありません", text):
        return False
    return True if _YES.search(text) or re.search(r"間違い(ない|ありません)", text) else None


def choice(said: str, count: int) -> int | None:
    """Which of `count` that were offered as 1, 2, 3; counted from 0."""
    text = plain(said)
    found = _FIRST.match(re.sub(r"^(はい|じゃあ|では|えーと|、)+", "", text))
    if found is None:
        return None
    if found["word"]:
        place = {"真ん中": count // 2, "最後": count - 1, "それ": 0 if count == 1 else -1}.get(found["word"], 0)
    elif found[2] or re.fullmatch(r"\d(を?お願いします|で|がいいです|です|で?お願いします|でいいです)?。?", text):
        place = int(found[1]) - 1
    else:
        return None
    return place if 0 <= place < count else None


def name(said: str) -> str:
    """As it was said, without what is around it; empty where nothing is left that could be a name."""
    text = re.sub(r"\s+", " ", said.strip()).replace(",", "、")
    text = _AFTER_NAME.sub("", _BEFORE_NAME.sub("", text)).strip(" 、。")
    letters = re.sub(r"[^\w]|[\d_]", "", text)
    return text if letters and len(text) <= NAME_MAX and not re.search(r"\d", text) else ""


def matter(said: str) -> str:
    """What is said of a procedure, without how it is asked for and without days and times."""
    text = re.sub(r"\s+", "", said)
    text = re.sub(r"^(あの|えー?っ?と|あのー|すみません|もしもし|、)+", "", text)
    text = re.sub(
        r"(の)?(手続き?|こと|件|予約|届け?出?)?(を|で|の|に|は|が)?(したい|お願い|予約|取りたい|とりたい|行きたい|いきたい|なん)"
        r"(んです|のです|です|ん)?(が|けど|けれども)?(お願い)?(いた)?(します|しました)?(を?した?い)?(んです)?(が|けど)?。?$",
        "",
        text,
    )
    return re.sub(r"(です|ます|でお願いします|なんですけど|なんですが)。?$", "", text)


def office(said: str, names: Mapping[str, Sequence[str]]) -> str | None:
    """`names`: each office's id with all that it is called. The longest that was said; None for none, or for two."""
    text = plain(said)
    found = sorted(
        ((len(one), office_id) for office_id, called in names.items() for one in called if plain(one) in text),
        reverse=True,
    )
    if not found or (len(found) > 1 and found[1][0] == found[0][0] and found[1][1] != found[0][1]):
        return None
    return found[0][1]


def office_names(written: str, reading: str) -> tuple[str, ...]:
    """小倉北区役所 is also 小倉北区, 小倉北, and each as it is read."""
    short = [re.sub(r"(区役所|役所|出張所|市役所)$", "", written)]
    reads = re.findall(r"\(([ぁ-んー]+)\)", reading)
    spoken = "".join(reads)
    found = [written, f"{short[0]}区", short[0], spoken, spoken.removesuffix("くやくしょ")]
    return tuple(dict.fromkeys(one for one in found if len(one) >= 2))
