"""StaffViews of a synthetic day, the one of the mock-ups, and its hard variants."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from kiosk_app.api import (
    REVOKE_REASONS,
    ActionRow,
    Alert,
    ClosedNow,
    CounterView,
    CurrentVisit,
    DeviceRow,
    GroupChoice,
    LeaderPart,
    Outage,
    OverDay,
    PairingRow,
    PractisingRow,
    ServiceChoice,
    ServiceTotals,
    StaffView,
    TechnicianPart,
    Undo,
    WaitingRow,
)

NOW_UTC_MS = 1_775_439_780_000
NAMES = {
    "A": "証明書",
    "H": "引っ越し・戸籍",
    "M": "マイナンバーカード",
    "R": "健康保険・年金",
    "W": "高齢・障害・福祉",
    "Y": "子ども・子育て",
}
GROUPS = tuple(GroupChoice(letter=k, name=v) for k, v in NAMES.items())
SERVICES = tuple(
    ServiceChoice(id=f"{letter.lower()}-{n}", name=name, letter=letter)
    for letter, names in {
        "A": ("住民票の写し", "印鑑登録証明書", "戸籍の証明書", "所得・課税の証明書", "身分証明書"),
        "H": ("引っ越しの届（転入・転居・転出）", "戸籍の届", "印鑑登録", "外国籍の方の手続き"),
        "M": ("マイナンバーカードの受け取り", "暗証番号の再設定", "電子証明書の更新", "申請の相談"),
        "R": ("国民健康保険", "国民年金", "後期高齢者医療"),
        "W": ("介護保険", "障害者手帳", "ご相談"),
        "Y": ("児童手当", "保育所の申込", "子ども医療費"),
    }.items()
    for n, name in enumerate(names)
)
COUNTERS = tuple(
    CounterView(number=n, floor="1階", groups=groups, state=state, current=current, staff_code=code)
    for n, groups, state, current, code in (
        (3, ("A",), "open", "A-105", "2041"),
        (4, ("A",), "open", "A-102", "2042"),
        (5, ("A",), "paused", "", "2043"),
        (6, ("A",), "open", "A-090", "2044"),
    )
)
CURRENT = CurrentVisit(
    ticket="t105",
    number="A-105",
    services=("住民票の写し", "印鑑登録証明書"),
    service="住民票の写し",
    stage="受付（このあと交付）",
    issued="10:12",
    machine="1号機",
    waited_min=29,
    promised="10:40〜10:55",
    calls=1,
    called_at="10:41",
    called_utc_ms=NOW_UTC_MS - 130_000,
    language="ja",
    language_name="日本語",
)


def row(number: str, service: str, kind: Any, promised: str, waited_min: int, **rest: Any) -> WaitingRow:
    rest = {"language": "ja"} | rest
    return WaitingRow(
        ticket="t" + number,
        number=number,
        letter=number[0],
        service=service,
        kind=kind,
        promised=promised,
        waited_min=waited_min,
        **rest,
    )


WAITING = (
    row("A-106", "印鑑登録証明書", "walk_in", "10:50", 27, next=True),
    row("A-107", "住民票の写し", "walk_in", "10:50", 25, language="en"),
    row("A-091", "お渡し", "handover", "10:52", 4),
    row("A-108", "戸籍の証明書", "walk_in", "10:55", 21, paper="紙を確認"),
    row("A-052", "住民票の写し", "reservation", "11:00", 8),
    row("A-109", "所得・課税の証明書", "walk_in", "11:00", 18, counter=3),
    row("A-110", "住民票の写し", "walk_in", "11:05", 14, language="easy", marks=("writing",)),
    row("A-098", "住民票の写し", "held", "", 46, back="10:56"),
    row("A-111", "印鑑登録証明書", "walk_in", "11:10", 9),
    row("A-112", "戸籍の証明書", "walk_in", "11:15", 6),
    row("A-104", "住民票の写し", "slot", "11:20", 2),
)
ALERTS = (
    Alert(
        id="a1",
        machine="1号機",
        cause="paper_out",
        title="1号機　用紙がありません",
        note="発券が止まっています",
        icon="roll",
        since="10:42",
    ),
    Alert(
        id="a2",
        machine="2号機",
        cause="called",
        title="2号機　職員を呼んでいます",
        note="入口側・日本語",
        icon="bell",
        since="10:43",
    ),
)
AWAY = replace(
    ALERTS[1],
    cause="machine_away",
    title="2号機　つながりません",
    note="動いていれば番号札は出ています。札の番号を入れて呼べます",
    icon="net",
)
OUTAGE = Outage(since="10:00", until="10:20", minutes=20)
COVER = replace(
    ALERTS[0],
    cause="cover_open",
    title="1号機　プリンターのふたが開いています",
    note="ふたを閉めてください",
    icon="printer",
)
JAM = replace(
    ALERTS[0],
    cause="cutter_error",
    title="1号機　カッターが止まっています",
    note="受けてから紙づまりを取り、「プリンターを復帰」を押してください",
    icon="cut",
)
OTHER_MODEL = replace(
    ALERTS[0],
    cause="other_model",
    title="1号機　プリンターの機種が変わりました",
    note="技術員に機種の登録を頼んでください（TM-T88V → TM-m30III）",
    icon="printer",
)
LONG_MODEL = replace(
    ALERTS[1],
    cause="one_printer",
    title="2号機　2台目のプリンター：機種が変わりました（SRP-350plusIII… → MUNBYN-ITPP047…）。技術員を呼んでください",
    note="もう1台で発券を続けています",
    icon="printer",
)
TODAY = tuple(
    ServiceTotals(
        name=s.name,
        letter=s.letter,
        issued=10 + n,
        waiting=n % 4,
        completed=7 + n,
        no_shows=n % 3,
        wait_median_min=12 + n if n != 3 else None,
        service_median_min=5 + n if n != 3 else None,
    )
    for n, s in enumerate(SERVICES)
)
ACTIONS = (
    ActionRow(time="10:41", staff_code="2041", counter="3番", number="A-105", what="呼びました"),
    ActionRow(
        time="10:39", staff_code="2042", counter="4番", number="A-101", what="取り消しました", reason="ご本人の申し出"
    ),
    ActionRow(time="10:30", staff_code="3001", counter="", number="H-020", what="再発行しました"),
)
WORKING = StaffView(
    office="小倉北区役所",
    date="令和8年4月6日（月）",
    time="10:43",
    now_utc_ms=NOW_UTC_MS,
    staff_code="2041",
    role="clerk",
    training=False,
    counter=COUNTERS[0],
    counters=COUNTERS,
    current=CURRENT,
    waiting=WAITING,
    waiting_total=11,
    next_number="A-106",
    next_why=(
        "約束が10:50で、いちばん早い方です。",
        "予約のA-052は11:00の枠のため、まだお呼びしません。",
    ),
    alerts=ALERTS,
    undo=Undo(label="A-104完了・A-105呼出", seconds_left=170),
    groups=GROUPS,
    services=SERVICES,
    cancel_reasons=("ご本人の申し出", "二重に取られた番号", "用件がちがっていた", "お帰りになった", "その他"),
    today=TODAY,
    actions=ACTIONS,
    last="10:41　A-105を呼びました",
    iso_date="2026-04-06",
    over_day=OverDay(start="8:30", waiting=(0, 6, 14, 19, 23, 20, 22, 17, 13, 11)),
)
MANY = tuple(
    CounterView(number=n, floor="1階" if n < 10 else "2階", groups=tuple("AHMRWY"), state="open", current=f"H-{n:03d}")
    for n in range(1, 18)
)


def other(**changes: Any) -> StaffView:
    return replace(WORKING, **changes)


CLOSED = ClosedNow(id="s1", what="引っ越し・戸籍", text="システムの障害のため、休止しています。", until="11:30")
LEADER = LeaderPart(
    closed=(CLOSED, replace(CLOSED, id="s2", what="マイナンバーカードの受け取り", until="今日いっぱい")),
    notices=(
        ClosedNow(
            id="n1", what="", text="ただいま大変混み合っています。お待たせして申し訳ありません。", until="今日いっぱい"
        ),
    ),
    closure_reasons=("システムの障害", "台風・大雨", "電車の計画運休", "混雑", "避難訓練"),
    notice_names=("混み合っています", "駐車場が満車です", "避難訓練があります"),
    bulk="10:40に12人（台風・大雨）",
)
TECHNICIAN = TechnicianPart(
    pairings=(PairingRow(id="p1", code="482913", use="console", name="6番窓口", zone="", until="10:45"),),
    devices=(
        *(DeviceRow(id=f"c{n}", use="console", name=f"{n}番窓口", heard="10:43", connected=n != 4) for n in (3, 4, 5)),
        DeviceRow(id="d1", use="display", name="入口の大きい表示", zone="1F", heard="10:43", connected=True),
        DeviceRow(id="d2", use="display", name="2階の表示", zone="2F"),
        DeviceRow(id="m2", use="ticket_machine", name="m2", heard="10:43", connected=True, fixed=True),
        DeviceRow(id="x1", use="console", name="7番窓口", revoked="9:12　使わなくなった"),
    ),
    revoke_reasons=REVOKE_REASONS,
)
LONG_LIST = tuple(
    row(f"A-{n}", "引っ越しの届（転入・転居・転出）", "walk_in", "11:30", n % 60, language="vi")
    for n in range(200, 260)
)
EVERY: dict[str, StaffView] = {
    "working": WORKING,
    "two_stage": other(current=replace(CURRENT, two_stage=True)),
    "calm": other(alerts=()),
    "nobody": other(current=None, undo=None, alerts=(), waiting=(), waiting_total=0, next_number="", next_why=()),
    "between": other(current=None, alerts=()),
    "training": other(training=True),
    "paused": other(counter=replace(COUNTERS[0], state="paused", current=""), current=None, alerts=ALERTS[:1]),
    "crowded": other(
        counters=MANY,
        counter=MANY[2],
        waiting=LONG_LIST,
        waiting_total=60,
        next_number="A-1200",
        undo=Undo(label="A-1104完了・A-1105呼出", seconds_left=299),
        training=True,
        alerts=(*ALERTS, *(replace(ALERTS[0], id=f"x{n}") for n in range(4))),
        current=replace(
            CURRENT,
            number="A-1105",
            services=("引っ越しの届（転入・転居・転出）", "国民健康保険", "児童手当"),
            language="easy",
            language_name="やさしい日本語",
            paper="紙を確認",
            two_stage=True,
            marks=("to_seat", "writing"),
        ),
    ),
    "accepted": other(alerts=(replace(ALERTS[0], accepted_by="2044"), replace(ALERTS[1], accepted_by="3001"))),
    "paper": other(alerts=ALERTS[:1]),
    "cover": other(alerts=(COVER,)),
    "jam": other(alerts=(JAM,)),
    "jam-accepted": other(alerts=(replace(JAM, accepted_by="2044"), replace(ALERTS[1], accepted_by="3001"))),
    "both-accepted": other(
        alerts=(replace(JAM, accepted_by="2044"), replace(OTHER_MODEL, id="a3", machine="2号機", accepted_by="3001"))
    ),
    "other-model": other(alerts=(OTHER_MODEL,)),
    "other-model-accepted": other(alerts=(replace(OTHER_MODEL, accepted_by="2041"), *ALERTS)),
    "other-models": other(alerts=(OTHER_MODEL, LONG_MODEL)),
    "interrupted": other(current=replace(CURRENT, number="A-1105", interrupted=True)),
    "interrupted-marked": other(
        current=replace(CURRENT, number="A-1105", interrupted=True, two_stage=True, marks=("to_seat", "writing")),
        outage=OUTAGE,
    ),
    "unheard": other(
        alerts=(AWAY,),
        current=replace(
            CURRENT,
            number="A-722",
            source="unheard",
            issued="",
            machine="2号機",
            waited_min=0,
            promised="",
            language_name="未確認",
        ),
    ),
    "pad": other(current=replace(CURRENT, number="A-901", source="pad", promised="")),
    "accepted-crowded": other(
        training=True,
        alerts=(
            *(replace(a, id=f"y{n}", accepted_by="2044") for n, a in enumerate(ALERTS)),
            *ALERTS,
            replace(ALERTS[0], id="x"),
        ),
    ),
    "practising": other(
        alerts=(replace(ALERTS[0], accepted_by="2044"),),
        practising=tuple(
            PractisingRow(machine=f"{n}号機", step="証明書をえらぶ", language="やさしい日本語", since="10:12")
            for n in range(1, 4)
        ),
    ),
    "leads": other(role="leader", leader=LEADER),
    "thrice": other(current=replace(CURRENT, number="A-1105", calls=3, offer_no_show=True)),
    "marked": other(
        current=replace(CURRENT, marks=("to_seat", "writing")),
        waiting=(replace(WAITING[0], marks=("to_seat", "writing")), *WAITING[1:]),
    ),
    "unlinked": other(link="cut"),
}
