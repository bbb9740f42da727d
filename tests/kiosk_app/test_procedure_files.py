"""What `hitofuda procedures check` says to whoever writes the questions: each mistake by file and key, one sentence."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kiosk_app import procedure_files
from kiosk_app.command_line import app
from kiosk_app.procedure_files import ProceduresError

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy to make mistakes in, beside the catalogues."""
    shutil.copytree(CONFIG / "offices", tmp_path / "offices")
    return Path(shutil.copytree(CONFIG / "procedures", tmp_path / "procedures"))


def changed(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))


def faults(path: Path) -> list[str]:
    with pytest.raises(ProceduresError) as told:
        procedure_files.check(path)
    return str(told.value).splitlines()


def test_what_ships_is_usable_and_says_what_is_to_be_checked() -> None:
    told = procedure_files.check(CONFIG / "procedures")
    assert told[-1].startswith("usable at kokura-kita: 10 life events")
    assert "shared.toml: not yet read by a native: zh, ko, vi, easy" in told
    assert sum("a sample, to be checked" in line for line in told) == 40


def test_a_question_that_nobody_is_asked(folder: Path) -> None:
    changed(
        folder / "05-birth.toml",
        'no = { needs = ["register-birth"] }',
        'no = { then = "nursery" }\nyes = { then = "nursery" }',
    )
    changed(folder / "05-birth.toml", 'question = "work-insurance"', 'question = "own-card"')
    assert faults(folder / "05-birth.toml") == [
        "05-birth.toml: steps[own-card]: expected an answer that leads here, nobody can reach it"
    ]


def test_a_circle(folder: Path) -> None:
    changed(folder / "01-move-in.toml", 'no = { then = "care" }', 'no = { then = "has-card" }')
    assert faults(folder) == [
        "01-move-in.toml: steps[children].no.then: expected a question further down, 'has-card' leads round in a circle"
    ]


def test_more_than_ten_questions(folder: Path) -> None:
    more = ["own-card", "new-insurance", "nursery"]
    path = folder / "01-move-in.toml"
    path.write_text(path.read_text() + "".join(f'\n[[steps]]\nquestion = "{name}"\n' for name in more))
    assert faults(folder) == ["01-move-in.toml: steps[nursery]: expected at most 10 questions in a row, it is the 11th"]


@pytest.mark.parametrize("language", ["easy", "zh", "ko", "vi"])
def test_a_text_that_is_missing_in_a_language(folder: Path, language: str) -> None:
    lines = (folder / "06-marriage.toml").read_text().splitlines(keepends=True)
    (folder / "06-marriage.toml").write_text("".join(line for line in lines if not line.startswith(f"name.{language}")))
    assert faults(folder) == [f"06-marriage.toml: name.{language}: expected this text, it is missing"]


def test_a_text_that_is_missing_in_the_shared_file(folder: Path) -> None:
    changed(folder / "shared.toml", 'title.ko = "해외에서 이사 오셨습니까?"\n', "")
    changed(folder / "shared.toml", 'title.en = "Did you move here from abroad?"\n', "")
    assert faults(folder) == [
        "shared.toml: questions[from-abroad].title.ko: expected this text, it is missing",
        "shared.toml: questions[from-abroad].title.en: expected this text, it is missing",
    ]


def test_a_service_that_no_office_has_is_named_with_what_was_meant(folder: Path) -> None:
    changed(folder / "shared.toml", 'service = "move-out"', 'service = "move-ot"')
    assert faults(folder) == [
        "shared.toml: procedures[move-out].service: expected the id of a service of office kokura-kita, "
        "'move-ot' is unknown (move-out?)"
    ]


def test_a_form_that_is_not_there_is_named_with_what_was_meant(folder: Path) -> None:
    shutil.copytree(CONFIG / "forms", folder.parent / "forms")
    changed(folder / "shared.toml", 'forms = ["resident-record"]', 'forms = ["resident-recrd"]')
    assert faults(folder) == [
        "shared.toml: procedures[record-copy].forms: expected the id of a form, 'resident-recrd' is unknown "
        "(resident-record?)"
    ]


def test_an_answer_to_a_question_that_its_forms_do_not_ask(folder: Path) -> None:
    shutil.copytree(CONFIG / "forms", folder.parent / "forms")
    answer = '{ question = "move_kind", option = "move_out" }'
    changed(folder / "shared.toml", answer, '{ question = "moved_on", option = "move_out" }')
    changed(folder / "shared.toml", '{ question = "move_kind", option = "within" }', answer.replace("out", "ot"))
    assert faults(folder) == [
        "shared.toml: procedures[move-within].answers.move_kind: expected the id of an option of that question, "
        "'move_ot' is unknown (move_out?)",
        "shared.toml: procedures[move-out].answers: expected a choice that one of its forms asks (head, move_kind, "
        "relation, sex), got 'moved_on'",
    ]


def test_no_source(folder: Path) -> None:
    text = (folder / "07-divorce.toml").read_text()
    (folder / "07-divorce.toml").write_text("\n".join(x for x in text.splitlines() if not x.startswith("source")))
    assert faults(folder)[0] == "07-divorce.toml: source: expected this key, it is missing"
    (folder / "07-divorce.toml").write_text(text.replace(text.partition("source = ")[2].partition("\n")[0], '" "'))
    assert faults(folder) == ["07-divorce.toml: source: expected where this was worked out, got an empty text"]


def test_a_way_after_which_there_is_nothing_to_do(folder: Path) -> None:
    changed(folder / "04-pregnancy.toml", 'needs = ["maternity-handbook"]\n', "")
    (fault,) = faults(folder / "04-pregnancy.toml")
    assert fault == (
        "04-pregnancy.toml: steps: expected something to do at the end of every way, no, no leads to nothing"
    )


def test_what_nobody_ever_comes_to(folder: Path) -> None:
    (folder / "04-pregnancy.toml").unlink()
    told = faults(folder)
    assert (
        "shared.toml: procedures[maternity-handbook]: expected an answer that needs it, nobody can come to it" in told
    )


def test_an_unknown_question_is_named_with_what_was_meant(folder: Path) -> None:
    changed(folder / "10-bereavement.toml", '"was-head"', '"was-heed"')
    assert faults(folder)[0] == (
        "10-bereavement.toml: steps[was-heed].question: expected the id of a question of shared.toml, "
        "'was-heed' is unknown (was-head?)"
    )


def test_a_slip_of_writing_is_told_by_its_line(folder: Path) -> None:
    changed(folder / "08-job-start.toml", 'id = "job-start"', "id = 仕事")
    assert faults(folder)[0].startswith("08-job-start.toml: line ")


def test_one_file_alone_is_checked_with_what_it_shares(folder: Path) -> None:
    changed(folder / "shared.toml", 'service = "move-out"', 'service = "move-ot"')
    # What is wrong there is said when that file is checked.
    assert procedure_files.check(folder / "03-move-out.toml")[-1].startswith("usable at kokura-kita: 1 life events")
    assert len(faults(folder / "shared.toml")) == 1


def test_a_machine_takes_what_an_office_lacks_and_refuses_what_is_wrong(folder: Path) -> None:
    changed(folder / "shared.toml", 'service = "move-out"', 'service = "not-here"')
    assert len(procedure_files.load(folder).events) == 10
    changed(folder / "01-move-in.toml", "schema = 1", "schema = 2")
    with pytest.raises(ProceduresError, match=r"^01-move-in\.toml: schema: "):
        procedure_files.load(folder)


def test_the_command_says_it_with_its_exit_code(folder: Path) -> None:
    run = CliRunner().invoke(app, ["procedures", "check", str(folder)])
    assert (run.exit_code, "usable at kokura-kita" in run.stdout) == (0, True)
    changed(folder / "shared.toml", 'service = "move-out"', 'service = "move-ot"')
    run = CliRunner().invoke(app, ["procedures", "check", str(folder)])
    assert (run.exit_code, run.stdout) == (2, "")
    run = CliRunner().invoke(app, ["procedures", "check", str(folder / "nothing")])
    assert run.exit_code == 2
