"""Gives a core the making of forms, where its settings name them: nothing of it is loaded on any other machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk_app.form_settings import folder_of, read_key

if TYPE_CHECKING:
    from kiosk_app.core import Core
    from kiosk_app.settings import MachineSettings


def check(settings: MachineSettings) -> None:
    """Before anything is opened. Raises ConfigError."""
    if settings.forms is None:
        return
    from kiosk_app import form_file

    form_file.load(folder_of(settings.forms))
    read_key("code_key_file", settings.forms.code_key_file)
    read_key("read_key_file", settings.forms.read_key_file)


def attach(core: Core) -> None:
    settings = core.settings
    if settings.forms is None or core.documents is None or core.sheets is None:
        return
    from kiosk_app import form_file
    from kiosk_app.form_press.house import PressHouse
    from kiosk_app.forms_desk import FormsDesk
    from kiosk_app.forms_paper import FormsPaper
    from kiosk_app.office import catalogue
    from kiosk_app.postal_codes import PostalCodes

    folder = folder_of(settings.forms)
    public = read_key("code_key_file", settings.forms.code_key_file)
    paper = FormsPaper(core.book, core.documents, core.sheets, PressHouse(folder), public)
    core.lobby.forms = core.citizen.forms = FormsDesk(
        core.book,
        form_file.load(folder),
        paper,
        core.card,
        PostalCodes().towns,
        core.office.name["ja"],
        catalogue.zone(core.office),
        core.lobby.handle,
        core.give_up,
    )
