"""Each rule of the catalogue refuses what it is there to refuse, and says where."""

from pathlib import Path

import pytest

from kiosk_app.office.catalogue import CatalogueError, parse

FILE = Path(__file__).parents[3] / "config/offices/kokura-kita.toml"
TEXT = FILE.read_text(encoding="utf-8")

A_COUNTER = '[[counters]]\nnumber = {n}\nfloor = "{floor}"\ngroups = ["A"]\n\n[[counters]]\nnumber = 3\n'
A_SERVICE = """[[services]]
id = "extra-{n}"
group = "A"
minutes = 5
valid_from = 2025-04-01
name.ja = "追加"
name.en = "Extra"

"""
SEAL = '[[services]]\nid = "seal-certificate"\n'
THREE = "[[counters]]\nnumber = 3\n"


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ('zone = "Asia/Tokyo"', 'zone = "Asia/Kokura"', "zone:"),
        ('zone = "Asia/Tokyo"', 'zone = "Asia"', "zone:"),
        ('zone = "Asia/Tokyo"', 'zone = "../etc"', "zone:"),
        ('"zh", "ko", "vi", "easy"]', '"zh", "fr"]', "unreviewed_languages:"),
        ("example.lg.jp/t/", "example.lg.jp/t", "status_url:"),
        ('letter = "M"', 'letter = "A"', "groups[A]:"),
        ('letter = "H"', 'letter = "J"', "groups[J].letter:"),
        ('letter = "H"', 'letter = "N"', "groups[M].letter:"),
        ('letter = "H"', 'letter = "O"', "groups[O].letter:"),
        ('id = "seal-certificate"', 'id = "move-in"', "services[move-in]:"),
        ("number = 4\n", "number = 3\n", "counters[3]:"),
        ('group = "A"', 'group = "L"', "services[resident-record-copy].group:"),
        ('bring = ["identity"', 'bring = ["identities"', "services[resident-record-copy].bring:"),
        ('floor = "1F"', 'floor = "9F"', "counters[3].floor:"),
        ('floor = "1F"', 'floor = "2F"', "groups[A]:"),
        ('groups = ["H"]', 'groups = ["L"]', "counters[7].groups:"),
        ('groups = ["A"]', "groups = []", "counters[3].groups:"),
        ('"move-in", "move-within"', '"moved-in", "move-within"', "events[moving].services:"),
        ('pin_reset_service = "card-pin-reset"', 'pin_reset_service = "card-pin"', "pin_reset_service:"),
        ('icon = "rings"', 'icon = "ring"', "events[marriage].icon:"),
        (SEAL, A_SERVICE.format(n=1) + A_SERVICE.format(n=2) + SEAL, "groups[A]:"),
        (THREE, A_COUNTER.format(n=41, floor="3F"), "groups[A]:"),
        ("staff = true", 'staff = true\ngroup = "A"', "questions[start].answers[#4]:"),
        ('question = "papers"', 'question = "paper"', "questions[start].answers[#1].question:"),
        ('question = "papers"', "staff = true", "questions[papers]:"),
        ('group = "W"\nname.ja = "子ども"', 'question = "start"\nname.ja = "子ども"', "questions["),
        ('source = "counter fee', 'source = ""\n#', "items[fee-family-register].source:"),
        ('start = "13:00", until = "16:30"', 'start = "16:30", until = "13:00"', "services[family-register-elsewhere]"),
        (
            'hours = [{ start = "13:00", until = "16:30" }]',
            'hours = [{ start = "13:00", until = "16:30" }, { start = "16:00", until = "16:45" }]',
            "services[family-register-elsewhere].hours:",
        ),
        ("why.ja", "#", "services[family-register-elsewhere].why.ja:"),
        (
            "valid_from = 2024-03-01",
            "valid_from = 2024-03-01\nvalid_until = 2024-02-01",
            "services[family-register-else",
        ),
        ('\ndays = ["mon", "tue"', '\ndays = ["mon", "mon"', "calendar.hours.days[mon]:"),
        ('issue_until = "17:00"', 'issue_until = "17:30"', "calendar.hours[#1].issue_until:"),
        ('counter_until = "17:15"', 'counter_until = "08:00"', "calendar.hours[#1].counter_until:"),
        ('issue_from = "09:00"', 'issue_from = "11:45"', "calendar.extra_openings[2026-03-29].issue_until:"),
        ("date = 2027-03-28", "date = 2026-03-29", "calendar.extra_openings[2026-03-29]:"),
        ('groups = ["A", "H", "R"', 'groups = ["A", "M", "R"', "calendar.lunch[#2]:"),
        ("until = 2025-09-06T", "until = 2025-09-05T", "calendar.closures[#1]:"),
        ('until = "01-03"', 'until = "02-31"', "calendar.yearly_closures[#1].until:"),
        ("{when}からです", "{wann}からです", "calendar.reasons.opens_later.ja:"),
        ('name.en = "Moving out"', 'name.en = "Moving {out}"', "services[move-out].name.en:"),
        ('name.en = "Moving out"', 'name.en = " Moving out"', "services[move-out].name.en:"),
        ('name.en = "Moving out"', 'name.en = "Moving\\nout"', "services[move-out].name.en:"),
        ('name.en = "Moving out"', 'name.fr = "Partir"\nname.en = "Moving out"', "services[move-out].name.fr:"),
        ('name.ja = "転出の届"', 'name.ja = "' + "転出の届" * 6 + '"', "services[move-out].name.ja:"),
        ('name.ja = "証明書"', 'name.ja = "証明書と申請書と届出書"', "groups[A].name.ja:"),
        ("住民票・戸籍\\n印鑑", "住民票・戸籍\\n税\\n印鑑", "groups[A].summary.ja:"),
        ('name.easy = "カードをもらう"', 'name.easy = "カードを受(う)け取る"', "services[card-pickup].name.easy:"),
    ],
)
def test_what_makes_no_sense_is_refused_where_it_stands(old: str, new: str, path: str) -> None:
    assert old in TEXT
    with pytest.raises(CatalogueError) as refused:
        parse(TEXT.replace(old, new, 1), "office.toml")
    assert str(refused.value).startswith(f"office.toml: {path}")
    assert "expected" in str(refused.value)


def test_a_service_may_follow_an_expired_one_on_a_full_screen() -> None:
    """Seven rows at any one time, not seven rows for ever."""
    expired = (
        A_SERVICE.format(n=2).replace("valid_from", "valid_until = 2021-03-31\nvalid_from").replace("2025", "2020")
    )
    office = parse(TEXT.replace(SEAL, A_SERVICE.format(n=1) + expired + SEAL, 1), "office.toml")
    assert len(office.services) == 38
