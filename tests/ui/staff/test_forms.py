"""A clerk scans a form: what stands there is shown to be copied, and leaves the console with the tab."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from kiosk_app.api import FormRow, FormSheet, Role, SignedInReply
from kiosk_app.office.permissions import READERS_OF_FORMS
from tests.ui.staff.office_day import LEADER, other
from ui.staff import forms
from ui.staff.desk import Arrived, Command, Desk, Dismissed, Event, Pressed, SignedIn, Typed
from ui.staff.forms import AskForm, Copy, FormTold
from ui.staff.presentation import present, tabs
from ui.staff.step import step

NAME = "髙﨑　美咲"
SHEET = FormSheet(
    ok=True, form="resident-move", version=1, title="住民異動届",
    rows=(FormRow(label="届出人 氏名", text=NAME), FormRow(label="新しい住所", text="小倉北区大手町")),
)  # fmt: skip


def moved(*events: Event, role: Role = "clerk", reads: bool = True) -> tuple[Desk, list[Command]]:
    desk, done = Desk(), list[Command]()
    signed_in = SignedIn(SignedInReply(ok=True, token="t", staff_code="1001", role=role))
    view = replace(other(role=role, leader=LEADER if role == "leader" else None), reads_forms=reads)
    for event in (signed_in, Arrived(view), Pressed("tab:forms"), *events):
        desk, commands = step(desk, event)
        done += commands
    return desk, done


SCANNED = (Typed("form", "HF1ABC\r\n"), Pressed("read_form"))
READ = (*SCANNED, FormTold(AskForm("HF1ABC"), SHEET))


@pytest.mark.parametrize("role", ["clerk", "guide", "technician", "leader"])
def test_who_reads_forms_is_who_the_core_answers(role: Role) -> None:
    assert set(forms.READERS) == READERS_OF_FORMS
    desk, done = moved(*SCANNED, role=role)
    assert ("forms" in tabs(desk)) == (role in READERS_OF_FORMS) == (AskForm("HF1ABC") in done)
    other_office, _ = moved(reads=False, role=role)
    assert "forms" not in tabs(other_office)


def test_a_scanned_form_is_shown_line_by_line_and_copied() -> None:
    desk, done = moved(*READ, Pressed("copy_form:0"))
    page = present(desk)["scanned"]
    assert page["title"] == "住民異動届（第1版）" and [row["text"] for row in page["rows"]] == [NAME, "小倉北区大手町"]
    assert done[-1] == Copy(NAME) and page["rows"][0]["copy"]["label"] == "写しました"
    _, done = step(desk, Pressed("copy_form:all"))
    assert done == (Copy(f"届出人 氏名\t{NAME}\n新しい住所\t小倉北区大手町"),)


def test_why_a_code_was_not_read_is_said() -> None:
    desk, _ = moved(*SCANNED, FormTold(AskForm("HF1ABC"), FormSheet(ok=False, message="期限が切れています。")))
    assert present(desk)["scanned"]["cause"] == "期限が切れています。"
    desk, _ = moved(*SCANNED, FormTold(AskForm("HF1ABC"), None))
    assert present(desk)["scanned"]["cause"] == forms.NO_ANSWER
    assert moved(*SCANNED, FormTold(AskForm("another"), SHEET))[0].forms.sheet is None, "an answer to another scan"


@pytest.mark.parametrize("leaving", [Pressed("tab:desk"), Pressed("sign_out"), Dismissed(), Pressed("clear_form")])
def test_nothing_stays_when_the_clerk_turns_away(leaving: Event) -> None:
    desk, _ = moved(*READ)
    assert NAME not in repr(desk)
    after, commands = step(desk, leaving)
    if leaving == Pressed("sign_out") and after.token:
        after, more = step(after, Dismissed())
        commands += more
    assert after.forms == forms.EMPTY and Copy("") in commands


def test_in_training_no_form_is_read() -> None:
    desk, _ = moved()
    desk, commands = step(replace_training(desk), SCANNED[0])
    desk, commands = step(desk, SCANNED[1])
    assert not commands and present(desk)["scanned"]["cause"] == forms.IN_TRAINING


def replace_training(desk: Desk) -> Desk:
    from dataclasses import replace as changed

    return changed(desk, training=True)
