"""QR codes keep 4 dots a module on every paper, read, and are the printer's own only where its model says so."""

import importlib.util
import json
import subprocess
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from drivers.escpos_printer.commands import split
from drivers.escpos_printer.driver import EscPosTicketPrinter
from drivers.escpos_printer.protocol import encode_ticket, marks_of
from drivers.escpos_printer.qr import MODULE_DOTS, NATIVE_MODELS, module_dots, native_qr, prints_qr, qr_picture
from drivers.escpos_printer.raster import encode_picture
from drivers.escpos_printer.simulator import SimulatedPrinter
from drivers.ports import NumberMark, QrCode, TicketPaper
from tests.drivers.escpos_printer.patience import patient
from tests.drivers.escpos_printer.reading import REAL_TIME, carries_real_time_command

ADDRESS = "https://example.jp/t/7Kq2mX9bLw"
WIDTHS = (384, 420, 432, 512, 576, 832, 1728)


@given(st.integers(29, 185), st.sampled_from(WIDTHS))
def test_modules_keep_at_least_four_dots(modules: int, width_dots: int) -> None:
    size = module_dots(modules, width_dots)
    if size is not None:
        assert size >= 4
        assert size * modules <= width_dots
    if size is not None and width_dots == 512:
        assert size * 420 / 512 >= 4, "a T88 set to 58 mm paper scales"


@given(st.text(alphabet=st.characters(codec="ascii"), max_size=400), st.sampled_from(WIDTHS))
def test_no_code_needs_perturbing(payload: str, width_dots: int) -> None:
    picture = qr_picture(payload, width_dots)
    if picture is not None:
        assert 2 * picture.width <= width_dots
        assert b"\x10" not in b"".join(
            token.data[8:] for token in split(b"".join(encode_picture(picture, double=True))) if token.kind == "picture"
        )


def test_a_payload_that_no_code_holds_does_not_stop_the_ticket() -> None:
    for payload in ("", "x" * 5000, "\x10\x04\x01", "\ud800", "\x00"):
        data = encode_ticket(TicketPaper((QrCode(payload),)), marks_of("job", 1), 384).data
        assert not carries_real_time_command(data)


def test_only_models_to_which_a_profile_gives_the_command() -> None:
    found = importlib.util.find_spec("escpos")
    assert found is not None and found.origin is not None
    file = Path(found.origin).with_name("capabilities.json")
    profiles = json.loads(file.read_text(encoding="utf-8"))["profiles"]
    assert {profile["name"] for profile in profiles.values() if profile["features"]["qrCode"]} >= NATIVE_MODELS
    assert all(prints_qr(model) for model in (*NATIVE_MODELS, "TM-t88v", " TM-L90 "))


@pytest.mark.parametrize("model", ["", "SIMULATED", "TM-T88III", "TM-m30II", "TM-U220", "XTM-T88V", "TM-T88V clone"])
def test_any_other_model_gets_a_picture(model: str) -> None:
    assert not prints_qr(model)


def test_the_printers_own_code() -> None:
    data = encode_ticket(TicketPaper((QrCode(ADDRESS),)), marks_of("job", 1), 576, qr_by_printer=True).data
    symbols = [token.data for token in split(data) if token.data[:3] == b"\x1d(k"]
    assert symbols == [
        bytes.fromhex("1d286b0400314132 00"),
        bytes.fromhex("1d286b0300314306"),
        bytes.fromhex("1d286b0300314531"),
        b"\x1d(k" + bytes((len(ADDRESS) + 3, 0)) + b"\x31\x50\x30" + ADDRESS.encode(),
        bytes.fromhex("1d286b0300315130"),
    ]
    assert not [token for token in split(data) if token.kind == "picture"]


@pytest.mark.parametrize(("model", "native"), [("TM-T88V", True), ("TM-T88V clone", False), ("", False)])
@pytest.mark.parametrize("width_dots", [384, 576])
def test_the_model_decides_who_draws_and_both_are_read_from_the_paper(
    model: str, native: bool, width_dots: int, tmp_path: Path
) -> None:
    with SimulatedPrinter(model=model, width_dots=width_dots, speed_dots_s=2e6, cut_s=0.0) as printer:
        driver = EscPosTicketPrinter(replace(patient(printer.port), width_dots=width_dots))
        assert driver.print_ticket(TicketPaper((NumberMark(), QrCode(ADDRESS))), "one").verdict == "issued"
        driver.close()
        (piece,) = printer.wait_for_pieces(1)
    assert any(token.data[:3] == b"\x1d(k" for token in split(piece.data)) is native
    piece.image.save(tmp_path / "ticket.png")
    read = subprocess.run(
        ["zbarimg", "-q", "--raw", tmp_path / "ticket.png"], capture_output=True, text=True, check=True
    )
    assert read.stdout.strip() == ADDRESS


@given(st.text(max_size=300), st.sampled_from(WIDTHS))
def test_a_printers_own_code_carries_no_command(payload: str, width_dots: int) -> None:
    data = native_qr(payload, width_dots)
    if data is not None:
        assert not REAL_TIME.search(data)
        assert payload.isascii()
        assert payload.isprintable()


@pytest.mark.slow
def test_a_hundred_codes_read_with_zbarimg(tmp_path: Path) -> None:
    wanted = [f"https://example.jp/t/{zlib.crc32(bytes((k,))):08x}{k:014d}" for k in range(100)]
    for k, payload in enumerate(wanted):
        ink = qr_picture(payload, 576)
        assert ink is not None
        ImageOps.invert(ink.resize((2 * ink.width, 2 * ink.height))).rotate(k % 13 - 6, fillcolor=255).save(
            tmp_path / f"{k:03d}.png"
        )
    pictures = sorted(str(path) for path in tmp_path.iterdir())
    read = subprocess.run(["zbarimg", "-q", "--raw", *pictures], capture_output=True, text=True, check=True)
    assert read.stdout.split() == wanted


def test_a_large_code_on_narrow_paper_has_the_smaller_module() -> None:
    assert MODULE_DOTS == (6, 4)
    long = "https://example.jp/t/" + "x" * 200
    picture = qr_picture(long, 384)
    assert picture is not None
    assert 2 * picture.width > 4 * 50
    assert Image.Image is type(picture)
