"""What the ROM lacks is drawn with the right glyph: compared with what the font itself gives for it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont, features

from drivers.escpos_printer.drawing import drawable, face, font_path, text_picture
from drivers.escpos_printer.encoding import Script, needs_other_shapes, rom_bytes, script_of
from tests.depth import examples

FACE_NAME = {"ja": "Noto Sans CJK JP", "ko": "Noto Sans CJK KR", "zh": "Noto Sans CJK SC"}


def fonts_own(text: str, script: str, size_dots: int = 24, feature: str | None = None) -> bytes:
    """The glyphs by the name of the font, not by our table of faces."""
    for index in range(10):
        font = ImageFont.truetype(font_path(), size_dots, index=index)
        if font.getname()[0] == FACE_NAME[script]:
            break
    canvas = Image.new("L", (800, 400), 0)
    ImageDraw.Draw(canvas).text(
        (400, 250), text, fill=255, font=font, anchor="ms", features=[feature] if feature else None
    )
    return cropped(canvas.point(lambda level: 255 if level > 127 else 0))


def cropped(picture: Image.Image) -> bytes:
    box = picture.getbbox()
    assert box is not None
    return bytes(str(picture.crop(box).size), "ascii") + picture.crop(box).tobytes()


def ours(text: str, size: int = 1, language: str = "") -> bytes:
    return cropped(text_picture(text, size, 400, script=script_of(text, language)))


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("𠮷", "ja"),
        ("髙", "ja"),
        ("﨑", "ja"),
        ("彅", "ja"),
        ("德", "ja"),
        ("①", "ja"),
        ("Tiếng Việt", "ja"),
        ("Ế", "ja"),
        ("번호표", "ko"),
        ("请等候", "zh"),
    ],
)
@pytest.mark.parametrize("size", [1, 2])
def test_glyphs_are_the_fonts_own(text: str, script: Script, size: int) -> None:
    assert rom_bytes(text) is None
    assert script_of(text) == script
    assert ours(text, size) == fonts_own(text, script, 24 * size)


def test_a_name_is_not_its_common_variant() -> None:
    for name, common in (("𠮷", "吉"), ("髙", "高"), ("﨑", "崎"), ("德", "徳")):
        assert ours(name) != ours(common)


def test_a_variation_sequence_chooses_the_other_shape() -> None:
    assert features.check("raqm"), "libfribidi is missing"
    one_dot = ours("辻\U000e0100")
    assert rom_bytes("辻\U000e0100") is None
    assert one_dot != ours("辻"), "the same shape as without selector"
    assert one_dot == fonts_own("辻", "ja", feature="jp90"), "the font's other way to the shape with one dot"
    assert ours("辻\U000e0101") == ours("辻")


@pytest.mark.parametrize("char", "直骨角海")
def test_chinese_in_the_rom_is_drawn_in_chinese_shapes(char: str) -> None:
    assert rom_bytes(char) is not None
    assert needs_other_shapes(char, "zh")
    assert not needs_other_shapes(char, "ja")
    assert ours(char, language="zh") == fonts_own(char, "zh")
    assert fonts_own(char, "zh") != fonts_own(char, "ja")


def test_digits_of_a_chinese_line_are_the_roms() -> None:
    assert not needs_other_shapes("10:40-10:55", "zh")


def test_a_type_that_no_font_has_is_shown_as_missing() -> None:
    assert drawable("\ue000田\U0001f600") == "〓田〓"
    assert drawable("Tiếng 辻\U000e0100 번 请 ①㈱〜〓") == "Tiếng 辻\U000e0100 번 请 ①㈱〜〓"


@pytest.mark.parametrize("text", ["Ế", "Ỗ", "Ặ", "ỵ", "ế Ẫ g j"])
def test_accents_and_tails_are_not_cut_off(text: str) -> None:
    for size in (1, 2, 4):
        assert ours(text, size) == fonts_own(text, "ja", 24 * size)


@settings(max_examples=examples(60), deadline=None)
@given(
    st.text(alphabet=st.sampled_from("请等候叫号，번호표 Vui lòng chờ 𠮷田"), min_size=1, max_size=60),
    st.sampled_from([384, 416, 432, 512, 576, 832, 1728]),
    st.integers(1, 3),
)
def test_drawn_lines_keep_all_their_ink(text: str, width_dots: int, size: int) -> None:
    """No glyph is cut by the paper's edge: on paper without end there is as much ink."""
    folded = text_picture(text, size, width_dots)
    endless = text_picture(text, size, 20_000)
    assert folded.width == width_dots
    if folded.height == endless.height:
        assert folded.histogram()[255] == endless.histogram()[255]
    box = folded.getbbox()
    assert box is None or (box[0] >= 1 and box[2] <= width_dots - 1)


def test_the_fonts_of_all_languages_are_there() -> None:
    for index, name in ((0, "JP"), (1, "KR"), (2, "SC")):
        assert face(24, index).getname()[0] == f"Noto Sans CJK {name}"
