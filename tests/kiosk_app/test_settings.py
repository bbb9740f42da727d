"""A machine starts with settings that are right, or says what is wrong with which key."""

import re
from itertools import takewhile
from pathlib import Path

import argon2
import pytest

from kiosk_app import settings
from kiosk_app.settings import ConfigError, SerialPrinter, TcpPrinter
from tests.kiosk_app.office.jpki.hierarchy import authority

CONFIG = Path(__file__).parents[2] / "config"
MACHINE = (CONFIG / "machine.example.toml").read_text(encoding="utf-8")
SOUND_LINE = MACHINE.splitlines().index("[sound]") + 1
STAFF = (CONFIG / "staff.example.toml").read_text(encoding="utf-8")
TCP = 'kind = "tcp"\nhost = "127.0.0.1"\nport = 9100\n'
PRINTERS = MACHINE.partition("[card_reader]")[0]


def test_the_example_is_usable_and_its_paths_are_absolute() -> None:
    machine = settings.load_machine(CONFIG / "machine.example.toml")
    assert machine.printer == TcpPrinter(host="127.0.0.1", port=9100, width_dots=512)
    assert settings.load_office(Path(machine.office_file)).id == "kokura-kita"
    assert {m.role for m in settings.load_staff(Path(machine.staff_file)).staff} == {
        "clerk", "guide", "leader", "technician",
    }  # fmt: skip
    assert machine.data_dir == "/var/lib/hitofuda"


def test_the_example_staff_can_sign_in_with_the_documented_pins() -> None:
    hashes = {m.code: m.pin_hash for m in settings.parse_staff(STAFF, "staff.toml").staff}
    assert argon2.PasswordHasher().verify(hashes["1001"], "1357")


def test_the_example_describes_every_kind_of_printer_with_all_its_keys() -> None:
    common = set(settings.AnyPrinter.__struct_fields__)
    assert all(re.search(rf"^(# )?{key} = ", MACHINE, re.MULTILINE) for key in common)
    described = re.findall(r"^# kind = \"(\w+)\".*\n((?:# \w+ = .*\n)+)", PRINTERS, re.MULTILINE)
    assert {kind for kind, _ in described} == {"serial", "usb", "file"}
    for kind, lines in described:
        text = f'kind = "{kind}"\n{lines.replace("# ", "")}'
        printer = settings.parse_machine(MACHINE.replace(TCP, text), "m").printer
        assert printer is not None
        assert set(re.findall(r"^(\w+) =", text, re.MULTILINE)) == {"kind", *printer.__struct_fields__} - common


def test_each_kind_of_printer_has_its_own_keys() -> None:
    serial = MACHINE.replace(TCP, 'kind = "serial"\ndevice = "/dev/ttyS0"\nbaud = 19200\n')
    assert settings.parse_machine(serial, "m").printer == SerialPrinter(device="/dev/ttyS0", baud=19200)
    usb = MACHINE.replace(TCP, 'kind = "usb"\nvendor_id = 0x04b8\nproduct_id = 0x0e15\n')
    assert isinstance(settings.parse_machine(usb, "m").printer, settings.UsbPrinter)


def test_a_display_needs_no_printer() -> None:
    text = MACHINE.replace('["hub", "ticket_machine"]', '["display"]').replace(
        "[printer]\n" + TCP + "width_dots = 512", ""
    )
    assert settings.parse_machine(text, "m").printer is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("schema = 1", "schema = 2", "schema: expected 1"),
        ('code = "m1"', 'code = "M 1"', "code: expected a short code with the machine's number, such as m1"),
        ('code = "m1"', 'code = "hub"', "code: expected a short code with the machine's number, such as m1"),
        ('code = "m1"', 'code = "m0"', "code: expected a short code with the machine's number, such as m1"),
        ('"hub", ', '"hubb", ', "roles[#1]: expected "),
        ('"hub", ', '"ticket_machine", ', "roles: expected each role only once"),
        ('name = "1号機"', 'name = ""', "name: expected"),
        (TCP, 'kind = "parallel"\n', "printer.kind: expected 'tcp' or 'serial' or 'usb' or 'file', got 'parallel'"),
        ("port = 9100", 'port = "9100"', "printer.port: expected a whole number"),
        ("port = 9100", "port = 99100", "printer.port: expected"),
        ("host =", "hots =", "printer.hots: expected only known keys"),
        ("[printer]\n" + TCP + "width_dots = 512", "", "printer: expected a [printer] table"),
        ("[sound]", '[simulation]\nclock = "driven"\n[sound]', "simulation.start: expected a local time"),
        ("[sound]", "[sound", f"line {SOUND_LINE}: expected the head of a table"),
    ],
)
def test_a_wrong_key_is_named(old: str, new: str, message: str) -> None:
    assert old in MACHINE
    with pytest.raises(ConfigError) as refused:
        settings.parse_machine(MACHINE.replace(old, new, 1), "machine.toml")
    assert str(refused.value).startswith(f"machine.toml: {message}")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('code = "1002"', 'code = "1001"', "staff[1001].code: expected each code only once"),
        ('role = "guide"', 'role = "boss"', "staff[2001].role: expected 'clerk'"),
        ("m=19456", "m=1024", "staff[1001].pin_hash: expected an argon2id hash"),
        ("t=2", "t=1", "staff[1001].pin_hash: expected an argon2id hash"),
        ("$argon2id$", "$argon2i$", "staff[1001].pin_hash: expected an argon2id hash"),
        ('pin_hash = "', 'pin_hash = "1234', "staff[1001].pin_hash: expected an argon2id hash"),
        ('role = "guide"', 'role = "guide"\nname = "x"', "staff[2001].name: expected only known keys"),
    ],
)
def test_staff_are_codes_with_strong_hashes(old: str, new: str, message: str) -> None:
    assert old in STAFF
    with pytest.raises(ConfigError) as refused:
        settings.parse_staff(STAFF.replace(old, new, 1), "staff.toml")
    assert str(refused.value).startswith(f"staff.toml: {message}")


def test_a_file_that_cannot_be_read_is_one_message(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        settings.load_machine(tmp_path / "none.toml")
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        settings.load_office(tmp_path)
    (tmp_path / "sjis.toml").write_bytes("名".encode("cp932"))
    with pytest.raises(ConfigError, match="expected UTF-8"):
        settings.load_staff(tmp_path / "sjis.toml")


def test_the_check_tells_every_fault_at_once(tmp_path: Path) -> None:
    text = (CONFIG / "offices/kokura-kita.toml").read_text(encoding="utf-8")
    broken = tmp_path / "office.toml"
    broken.write_text(text.replace('icon = "doc"', 'icon = "dog"').replace('letter = "H"', 'letter = "K"'), "utf-8")
    with pytest.raises(ConfigError) as refused:
        settings.check(broken)
    lines = str(refused.value).splitlines()
    assert any("groups[A].icon" in line for line in lines) and any("groups[K].letter" in line for line in lines)


def test_sound_goes_to_the_device_of_the_hall_or_of_the_earphone_or_into_files(tmp_path: Path) -> None:
    machine = tmp_path / "machine.toml"
    text = MACHINE.replace('device = "none"', 'device = "hw:0"').replace('"/run/hitofuda"', '"run"')
    machine.write_text(text, "utf-8")
    core = f"unix:{tmp_path}/run/core.sock"
    assert settings.sound_of(machine, citizen=False) == settings.SoundOf(core, "hw:0", None)
    assert settings.sound_of(machine, citizen=True) == settings.SoundOf(core, "none", tmp_path / "run" / "earphone")
    machine.write_text(text.replace('earphone = "none"', 'earphone = "hw:1"'), "utf-8")
    assert settings.sound_of(machine, citizen=True) == settings.SoundOf(core, "hw:1", None)


def test_a_card_is_chimed_for_where_the_machine_has_a_loudspeaker(tmp_path: Path) -> None:
    machine = tmp_path / "machine.toml"
    machine.write_text(MACHINE.replace('earphone = "none"', 'earphone = "none"\nmachine = "hw:2"'), "utf-8")
    assert settings.sound_of(machine, citizen=True).aloud == "hw:2"
    assert settings.sound_of(machine, citizen=False).aloud == ""


def test_the_calls_of_a_machine_have_a_volume_of_their_own(tmp_path: Path) -> None:
    machine = tmp_path / "machine.toml"
    machine.write_text(MACHINE, "utf-8")
    assert settings.sound_of(machine, citizen=False).volume == 100
    machine.write_text(machine.read_text().replace("[sound]", "[sound]\nvolume = 60"))
    assert settings.sound_of(machine, citizen=False).volume == 60
    machine.write_text(machine.read_text().replace("volume = 60", "volume = 5"))
    with pytest.raises(settings.SettingsError, match=r"sound\.volume: expected .*10"):
        settings.sound_of(machine, citizen=False)


READER = '[card_reader]\nkind = "none"\n'


def with_reader(tmp_path: Path, more: str) -> settings.MachineSettings:
    machine = tmp_path / "machine.toml"
    assert READER in MACHINE
    machine.write_text(MACHINE.replace(READER, f'[card_reader]\nkind = "pcsc"\n{more}\n'), "utf-8")
    return settings.load_machine(machine)


def test_authorities_are_read_from_their_folder_and_what_is_none_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "authorities"
    folder.mkdir()
    (folder / "authca02.cer").write_bytes(authority())
    (folder / "readme.txt").write_text("from the technician")
    reader = with_reader(tmp_path, 'authorities_dir = "authorities"').card_reader
    assert isinstance(reader, settings.PcscReader)
    found = settings.load_authorities(reader)
    assert [anchor.file for anchor in found.anchors] == ["authca02.cer"]
    assert [line.partition(":")[0] for line in found.left_out] == ["readme.txt"]


def test_a_certificate_kiosk_needs_a_reader() -> None:
    roles = 'roles = ["hub", "ticket_machine"]'
    assert MACHINE.count(roles) == 1
    kiosk = MACHINE.replace(roles, 'roles = ["hub", "ticket_machine", "certificate_kiosk"]')
    with pytest.raises(ConfigError, match=r"card_reader: expected a reader, because roles has certificate_kiosk"):
        settings.parse_machine(kiosk, "machine.toml")
    with_one = kiosk.replace(READER, '[card_reader]\nkind = "pcsc"\n')
    with pytest.raises(ConfigError, match=r"certificates: expected a \[certificates\] table, because roles has"):
        settings.parse_machine(with_one, "machine.toml")
    with_two = with_one + example("certificates")
    with pytest.raises(ConfigError, match=r"document_printer: expected a printer for certificates, because roles has"):
        settings.parse_machine(with_two, "machine.toml")
    made = settings.parse_machine(with_two + example("document_printer") + example("payment"), "machine.toml")
    assert "certificate_kiosk" in made.roles and isinstance(made.payment, settings.UnitPay)


def example(table: str) -> str:
    """What the example file shows of it behind its marks."""
    lines = MACHINE.split(f"#   [{table}]\n")[1].splitlines()
    shown = [line[4:] for line in takewhile(lambda line: line.startswith("#   "), lines)]
    return "\n".join(["", f"[{table}]", *shown, ""])


def a_kiosk(payment: str = "") -> str:
    """A machine that is one, with this table of how one pays."""
    kiosk = MACHINE.replace('roles = ["hub", "ticket_machine"]', 'roles = ["hub", "certificate_kiosk"]')
    kiosk = kiosk.replace(READER, '[card_reader]\nkind = "pcsc"\n')
    return kiosk + example("document_printer") + example("certificates") + payment


def test_the_example_of_a_kiosk_names_every_key(tmp_path: Path) -> None:
    path = tmp_path / "machine.toml"
    path.write_text(a_kiosk(example("payment")), encoding="utf-8")
    machine = settings.load_machine(path)
    for table, text in ((machine.certificates, example("certificates")), (machine.payment, example("payment"))):
        assert table is not None
        named = set(re.findall(r"^(\w+) =", text, re.MULTILINE)) - {"means"}
        assert named == set(table.__struct_fields__) - {"host", "port"}
    assert machine.certificates is not None
    assert machine.certificates.fees_file == str(tmp_path / "fees" / "kitakyushu.toml")


@pytest.mark.parametrize(
    ("payment", "expected"),
    [
        ('means = "unit"', "payment.device: expected the serial line of the unit, or host and port, and not both"),
        ('means = "unit"\ndevice = "d"\nhost = "h"\nport = 1', "payment.device: expected the serial line"),
        ('means = "unit"\nhost = "h"', "payment.port: expected host and port together"),
        ('means = "card"', r"payment\.means"),
        ('means = "counter"\ndevice = "d"', r"payment\.device"),
    ],
)
def test_what_does_not_fit_of_the_payment_is_named(payment: str, expected: str) -> None:
    with pytest.raises(ConfigError, match=expected):
        settings.parse_machine(a_kiosk(f"\n[payment]\n{payment}\n"), "machine.toml")


def test_what_is_a_kiosks_alone_stands_on_no_other_machine() -> None:
    for table in ("certificates", "payment"):
        with pytest.raises(ConfigError, match=rf"{table}: expected no \[{table}\] table, because roles has no"):
            settings.parse_machine(MACHINE + example(table), "machine.toml")
    assert isinstance(
        settings.parse_machine(a_kiosk('\n[payment]\nmeans = "counter"\n'), "m").payment, settings.CounterPay
    )
    assert settings.parse_machine(a_kiosk(), "m").payment is None


def test_a_folder_of_authorities_that_is_not_there_is_one_message(tmp_path: Path) -> None:
    reader = with_reader(tmp_path, 'authorities_dir = "none"').card_reader
    assert isinstance(reader, settings.PcscReader)
    with pytest.raises(ConfigError, match=r"card_reader.authorities_dir: .* cannot be read: No such file"):
        settings.load_authorities(reader)


def test_without_a_folder_no_authority_is_trusted(tmp_path: Path) -> None:
    reader = with_reader(tmp_path, 'place = "left"').card_reader
    assert isinstance(reader, settings.PcscReader)
    assert (reader.place, settings.load_authorities(reader).anchors) == ("left", ())


def test_an_installed_machine_trusts_no_test_hierarchy(tmp_path: Path) -> None:
    wish = READER.replace("none", "pcsc") + "test_hierarchy = true\n"
    text = MACHINE.replace(READER, wish)
    assert settings.parse_machine(text, "machine.toml").card_reader != settings.NoCardReader()
    with pytest.raises(ConfigError, match=r"card_reader\.test_hierarchy: expected false on an"):
        settings.parse_machine(text.replace("schema = 1", "schema = 1\ninstalled = true", 1), "machine.toml")


OFFICE = CONFIG / "offices/kokura-kita.toml"


def test_a_catalogue_saved_by_an_editor_of_windows_is_read(tmp_path: Path) -> None:
    edited = tmp_path / "office.toml"
    edited.write_bytes(b"\xef\xbb\xbf" + OFFICE.read_bytes().replace(b"\n", b"\r\n"))
    assert "usable" in settings.check(edited)[-1]


def test_a_catalogue_saved_as_shift_jis_says_so_and_where(tmp_path: Path) -> None:
    edited = tmp_path / "office.toml"
    edited.write_bytes(OFFICE.read_text(encoding="utf-8").encode("cp932", errors="replace"))
    with pytest.raises(ConfigError, match=r"expected UTF-8 text, line \d+ is not: save it as UTF-8"):
        settings.check(edited)


def test_the_check_tells_all_faults_of_one_kind_at_once(tmp_path: Path) -> None:
    """A person mends the file once."""
    edited = tmp_path / "office.toml"
    text = OFFICE.read_text(encoding="utf-8")

    def faults(*changes: tuple[str, str]) -> list[str]:
        changed = text
        for old, new in changes:
            assert old in changed
            changed = changed.replace(old, new, 1)
        edited.write_text(changed, encoding="utf-8")
        with pytest.raises(ConfigError) as refused:
            settings.check(edited)
        return [line.removeprefix("office.toml: ").partition(": ")[0] for line in str(refused.value).split("\n")]

    hours = ('issue_from = "08:30"', 'issue_from = "25:00"')
    assert faults(("minutes = 5", "minuts = 5"), hours, ('letter = "Y"', 'letter = "y"')) == [
        "groups[y].letter",
        "services[resident-record-copy].minuts",
        "services[resident-record-copy].minutes",
        "calendar.hours[#1].issue_from",
        "when this is mended, check again",
    ]
    floor = ('floor = "1F"', 'floor = "1階"')
    assert faults(floor, ('issue_until = "17:00"', 'issue_until = "08:00"'), ('name.ja = "証明書"\n', "")) == [
        "counters[3].floor",
        "groups[A]",
        "calendar.hours[#1].issue_until",
        "groups[A].name.ja",
    ]
