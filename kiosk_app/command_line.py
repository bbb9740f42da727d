"""The command line of `hitofuda`: one program, one subcommand a process.

Exit codes: 0 done; 1 found something wrong (a damaged log); 2 a configuration that cannot be used, nothing started.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from kiosk_app import appliance_commands, data_commands, file_commands
from kiosk_app.form_commands import forms_app

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    # A crash goes to the journal: plain, and without the values of variables.
    pretty_exceptions_enable=False,
    help="ひとふだ: the machines of a ward office. One command a process; each says with --help what it needs.",
)
log_app = typer.Typer(
    no_args_is_help=True, help="The log of facts: is it whole, what is in it. Exit codes: 0 good, 1 damaged, 2 no log."
)
diag_app = typer.Typer(help="For technicians: the whole machine looked over, or one device with all that it answers.")
sim_app = typer.Typer(no_args_is_help=True)
hub_app = typer.Typer(no_args_is_help=True, help="Which machine is the hub, and making another one it.")
app.add_typer(appliance_commands.update_app, name="update")
app.add_typer(data_commands.data_app, name="data")
for command in (
    appliance_commands.release_check,
    appliance_commands.backup_key,
    appliance_commands.backup,
    appliance_commands.restore,
    appliance_commands.support,
):
    app.command()(command)
app.add_typer(hub_app, name="hub")
app.add_typer(diag_app, name="diag")
app.add_typer(sim_app, name="sim")
app.add_typer(log_app, name="log")
app.add_typer(file_commands.catalogue_app, name="catalogue")
app.add_typer(file_commands.fees_app, name="fees")
app.add_typer(file_commands.procedures_app, name="procedures")
app.add_typer(forms_app, name="forms")

Machine = Annotated[Path, typer.Option("--machine", help="machine.toml of this computer")]
LogFile = Annotated[Path, typer.Argument(help="facts.db in the data_dir of machine.toml")]
Json = Annotated[bool, typer.Option("--json", help="for programs")]


@app.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []})
def core(context: typer.Context) -> None:
    """Run the core of this machine: devices, log, office rules, API."""
    from kiosk_app import core_command

    raise typer.Exit(core_command.run(context.args))


@app.command()
def token(path: Annotated[Path, typer.Argument(help="a new file, for hub.token_file of the ticket machine")]) -> None:
    """Make the token by which a ticket machine proves to its hub who it is. What is printed belongs to the hub."""
    from kiosk_app import clock, hub_settings

    try:
        hashed = hub_settings.write_token(path, clock.new_token())
    except OSError as error:
        sys.stderr.write(f"{path}: cannot be written: {error.strerror}; an old token is never overwritten\n")
        raise typer.Exit(2) from None
    print(f'In machine.toml of the hub, under [hub.machines]:\nm2 = "{hashed}"\nwith the code of the machine for m2.')


@app.command()
def hub_certificate(
    folder: Annotated[Path, typer.Argument(help="for ca.pem (machines), hub.pem and hub.key (the hub)")],
    host: Annotated[list[str], typer.Option("--host", help="name or address by which machines reach the hub")],
) -> None:
    """Make the office's own certificate authority and the hub's certificate, for [hub] in machine.toml."""
    from kiosk_app import hub_tls

    try:
        hub_tls.make(folder, host)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{folder}: {error}; what exists is never overwritten\n")
        raise typer.Exit(2) from None
    print(f"{folder}: ca.pem is for the ca_file of each machine; hub.pem and hub.key stay on the hub.")


@app.command()
def pair(
    hub: Annotated[str, typer.Option("--hub", help="where the hub is: https://192.0.2.1:8470")],
    use: Annotated[str, typer.Option("--use", help="console, display or ticket_machine")],
    name: Annotated[str, typer.Option("--name", help="as the technician calls it: 3番窓口; of a machine its code")],
    folder: Annotated[Path, typer.Option("--dir", help="a new folder for --device of the faces and the voice")],
    zone: Annotated[str, typer.Option("--zone", help="of a display: the floor or the group of the catalogue")] = "",
) -> None:
    """Make this computer known to the hub: a technician compares six digits here and on a console."""
    from kiosk_app import pair_command

    raise typer.Exit(pair_command.run(hub, use, name, zone, folder, print))


@app.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []})
def face(context: typer.Context) -> None:
    """Show one face in a window: citizen, staff or display. It may be killed and started again at any moment."""
    from kiosk_app import face

    raise typer.Exit(face.run(context.args))


@app.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []})
def central() -> None:
    """The central server: reservations of many offices, on PostgreSQL. Started by main.py, which finds it."""
    raise AssertionError("main.py goes ahead of this")


@app.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []})
def voice(context: typer.Context) -> None:
    """Speak the calls of one zone, or the screens of the ticket machine: through the sound card, or as WAV files."""
    from kiosk_app import voice_command

    raise typer.Exit(voice_command.run(context.args))


@hub_app.command("show")
def hub_show(machine: Machine) -> None:
    """どの機械がハブか、この機械が何をしているか。"""
    from kiosk_app import hub_commands

    raise typer.Exit(hub_commands.show(machine))


@hub_app.command("hand-over")
def hub_hand_over(
    machine: Machine, to: Annotated[str, typer.Option("--to", help="the code of the machine that takes over, m2")]
) -> None:
    """ハブを別の機械に引き継ぐ。今のハブで入れる。リーダーか技術員の番号と暗証番号を聞く。"""
    from getpass import getpass

    from kiosk_app import hub_commands

    raise typer.Exit(hub_commands.hand_over(machine, to, input, getpass))


@hub_app.command("take")
def hub_take(
    machine: Machine,
    off: Annotated[bool, typer.Option("--the-old-hub-is-off", help="you have switched it off yourself")] = False,
) -> None:
    """ハブが壊れたとき、この機械をハブにする。古いハブの電源を切ってから入れる。"""
    from getpass import getpass

    from kiosk_app import hub_commands

    raise typer.Exit(hub_commands.take(machine, off, input, getpass))


@log_app.command("verify")
def log_verify(path: LogFile, json: Json = False) -> None:
    """Check that no fact was changed or lost; name the first bad one. Also beside a running core."""
    from kiosk_app.log_commands import verify

    raise typer.Exit(verify(path, json))


@log_app.command("export")
def log_export(
    path: LogFile, out: Annotated[Path, typer.Option("--out", help="a new file; - is the screen")] = Path("-")
) -> None:
    """Write every fact as one line of JSON, in the order of the log."""
    from kiosk_app.log_commands import export

    raise typer.Exit(export(path, out))


@log_app.command("stats")
def log_stats(
    path: LogFile,
    json: Json = False,
    since: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="a business day")] = None,
    to: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="the last day; else one")] = None,
    csv: Annotated[bool, typer.Option("--csv", help="with --from: as a table for spreadsheets")] = False,
) -> None:
    """Count facts by kind, machine and day; with --from the statistics (集計) of business days."""
    from kiosk_app import log_commands

    if since is None:
        if csv or to is not None:
            sys.stderr.write("hitofuda log stats: --csv and --to expect --from\n")
            raise typer.Exit(2)
        raise typer.Exit(log_commands.stats(path, json))
    raise typer.Exit(log_commands.figures(path, since.date(), (to or since).date(), json, csv))


@log_app.command("practice")
def log_practice(
    path: LogFile,
    since: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="a day")],
    to: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="the last day; else one")] = None,
    json: Json = False,
    csv: Annotated[bool, typer.Option("--csv", help="as a table for spreadsheets")] = False,
) -> None:
    """How far people came in practice (れんしゅう) and where they gave up, per language and mode."""
    from kiosk_app.log_commands import practice

    raise typer.Exit(practice(path, since.date(), (to or since).date(), json, csv))


@log_app.command("history")
def log_history(
    path: LogFile,
    date: Annotated[datetime, typer.Option("--date", formats=["%Y-%m-%d"], help="the business day, 2026-04-06")],
    number: Annotated[str, typer.Option("--number", help="only of this ticket, A-105")] = "",
) -> None:
    """Who did what with which number on a day, also one long past (操作履歴)."""
    from kiosk_app.log_commands import history

    raise typer.Exit(history(path, date.date(), number))


@log_app.command("prune")
def log_prune(
    machine: Machine,
    keep_days: Annotated[int | None, typer.Option("--keep-days", help="another than the catalogue's")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what would go")] = False,
) -> None:
    """保存年限を過ぎた日の記録を廃棄する。コアを止めてから使う。 Destroy days older than the rule; figures stay."""
    from kiosk_app.log_prune import prune

    raise typer.Exit(prune(machine, keep_days, dry_run))


@diag_app.callback(invoke_without_command=True)
def diag(
    context: typer.Context,
    machine: Annotated[Path, typer.Option("--machine", help="machine.toml of this computer")] = Path(
        "/etc/hitofuda/machine.toml"
    ),
    json: Json = False,
    keep: Annotated[bool, typer.Option("--keep/--no-keep", help="keep the result in the log of this machine")] = True,
) -> None:
    """機械をまるごと調べる。終了コード：0 よい、1 見ておくところがある、2 使えないところがある。"""
    if context.invoked_subcommand is None:
        from kiosk_app.diagnosis import show

        raise typer.Exit(show.run(machine, json, keep))


@diag_app.command("printer")
def diag_printer(
    machine: Machine,
    second: Annotated[bool, typer.Option("--second", help="the table [printer_2]")] = False,
    adopt: Annotated[bool, typer.Option("--adopt", help="a printer of another model stands here now")] = False,
) -> None:
    """プリンターに答えを聞く。機種、できること、足りないもの。コアを止めてから使う。"""
    from kiosk_app import printer_check

    table = printer_check.TABLES[second]
    if adopt:
        raise typer.Exit(printer_check.adopt(machine, table, print, input))
    raise typer.Exit(printer_check.check(machine, table, print))


@diag_app.command("card")
def diag_card(machine: Machine) -> None:
    """カード読取機とカードに答えを聞く。暗証番号は使わず、氏名などは読まない。"""
    from kiosk_app import card_check

    raise typer.Exit(card_check.check(machine, card_check.today(), print))


@diag_app.command("voice")
def diag_voice(machine: Machine) -> None:
    """音声の出力先、日本語と英語、時間ごとの音量を確かめる。音は出さない。"""
    from kiosk_app.voice import check

    raise typer.Exit(check.check(machine, print))


@sim_app.callback()
def sim(
    machine: Annotated[
        Path, typer.Option("--machine", help="machine.toml of this computer; installed = true refuses every simulation")
    ] = Path("machine.toml"),
) -> None:
    """Simulated devices, for trials. Never on an installed machine."""
    from importlib.util import find_spec

    from kiosk_app import installed
    from kiosk_app.settings import SettingsError

    if find_spec("kiosk_app.card_trial") is None:
        sys.stderr.write("hitofuda sim: an installed release has no simulated devices; start it from the source\n")
        raise typer.Exit(2)
    try:
        installed.refuse_simulation(machine)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(2) from None


@sim_app.command("card")
def sim_card(
    kind: Annotated[str, typer.Option("--kind", help="my_number, locked, driving_licence, …; wrong ones list all")] = (
        "my_number"
    ),
    person: Annotated[str, typer.Option("--person", help="takasaki, yoshino, tsuji, long, latin, alias, child")] = (
        "takasaki"
    ),
    port: Annotated[int, typer.Option("--port", help="of a vpcd that runs; none: a private pcscd is started")] = 0,
) -> None:
    """Lay a simulated card at a virtual reader (Debian's vsmartcard-vpcd). Reads p, t, q or a kind, line by line."""
    from kiosk_app import card_trial
    from kiosk_app.card_check import today

    raise typer.Exit(card_trial.run(kind, person, port, today()))


@diag_app.command("code-reader")
def diag_code_reader(machine: Machine) -> None:
    """二次元コードの読取機に見せたものを表示する（30秒、または3枚まで）。コアを止めてから実行する。"""
    from kiosk_app import code_reader_check

    raise typer.Exit(code_reader_check.check(machine, print))


@sim_app.command("phone")
def sim_phone(
    central: Annotated[str, typer.Option("--central", help="address of the central server")],
    token_file: Annotated[Path, typer.Option("--token-file", help="as phone.token_file in central.toml")],
    ca_file: Annotated[Path | None, typer.Option("--ca-file", help="authority of central's certificate")] = None,
) -> None:
    """電話で予約する人になる。1行に1回ずつ話すことを書く。空の行は黙っていること。"""
    from kiosk_app import phone_trial

    raise typer.Exit(phone_trial.run(central, token_file, ca_file, sys.stdin, print))


@sim_app.command("code-reader")
def sim_code_reader(
    device: Annotated[Path, typer.Option("--device", help="the name to stand at, as in machine.toml")],
    line_feed: Annotated[bool, typer.Option("--crlf", help="ends each code with CR LF instead of CR")] = False,
) -> None:
    """A simulated scanner: each line typed is a code that is held before it for two seconds."""
    from kiosk_app import code_reader_trial

    raise typer.Exit(code_reader_trial.run(device, line_feed))


@diag_app.command("cash-unit")
def diag_cash_unit(
    machine: Machine,
    tries: Annotated[bool, typer.Option("--try", help="take money in and give it back; before it sells anything")] = (
        False
    ),
) -> None:
    """硬貨・紙幣の機械（ccTalk）に答えを聞く。--try でお金を入れて返すところまで試す。コアを止めてから使う。"""
    from kiosk_app import cash_unit_check

    raise typer.Exit(cash_unit_check.check(machine, tries, print))


@sim_app.command("cash-unit")
def sim_cash_unit(
    tcp: Annotated[int, typer.Option("--tcp", min=0, max=65535, help="a port of this computer; 0 is any")] = 0,
    device: Annotated[Path | None, typer.Option("--device", help="stand at this name instead, as a serial line")] = (
        None
    ),
) -> None:
    """A simulated coin-and-note unit (ccTalk): each line typed is money that is put in, or something that happens."""
    from kiosk_app import cash_unit_trial

    raise typer.Exit(cash_unit_trial.run(tcp, device, sys.stdin))


@diag_app.command("document-printer")
def diag_document_printer(
    machine: Machine,
    prints: Annotated[bool, typer.Option("--print", help="print a sample page (見本)")] = False,
) -> None:
    """書類プリンター（CUPSのキューかESC/POS）に答えを聞く。--print で見本を1枚印刷する。"""
    from kiosk_app import document_check

    raise typer.Exit(document_check.check(machine, prints, print))


@sim_app.command("printer")
def sim_printer(
    tcp: Annotated[str, typer.Option("--tcp", help="[HOST]:PORT; :9100 is of this computer only; 0 is any port")] = "",
    over_pty: Annotated[
        bool, typer.Option("--pty", help="a pseudo-terminal, for kind = file; beside --tcp or alone")
    ] = (False),
    width_dots: Annotated[int, typer.Option("--width", min=256, max=2000, help="dots across the paper")] = 576,
    out: Annotated[Path | None, typer.Option("--out", help="a folder for the paper: NNN.png and NNN.bin")] = None,
    speed_mm_s: Annotated[float, typer.Option("--speed", min=1.0, max=5000.0, help="mm a second; real ones do 250")] = (
        50.0
    ),
) -> None:
    """A simulated printer, worked with keys: p paper, c cover, j jam, s silence, o power, q quit."""
    from kiosk_app import printer_trial

    raise typer.Exit(printer_trial.run(tcp or ("" if over_pty else ":9100"), over_pty, width_dots, out, speed_mm_s))
