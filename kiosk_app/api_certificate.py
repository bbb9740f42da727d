"""What the screens of a certificate show beside the fields that all screens have. Import from api.py.

The screens, by name, with the fields they use. Those of the card (card_place, card_reading, card_pin, card_last,
card_result, card_take) are the same as in a card check.

    cert_where      rows[`whose:here`, `whose:other`]
    cert_kind       rows[`kind:ID`: note the price of one copy; closed: why]
    cert_scope      rows[`scope:self`, `scope:all`, `scope:part`]
    cert_items      rows[`item:ID`: selected is written, open is left out; the tag says which], actions[`next`]
    cert_copies     rows[`copies:N`: note what they cost]
    cert_card       reader (taking), subtitle, chime. The card has signed and is asked back
    cert_wait       icon, subtitle. Nothing can be pressed but the bar
    cert_who        rows[`member:N`: label a name; selected], actions[`next`: off until somebody is chosen]
    cert_confirm    summary, preview, fee, notice (the price has changed), actions[`buy`]
    cert_pay        fee (at a unit what is missing), emphasis, slip (only its number), actions[`stop_pay`]
    cert_print      icon, subtitle, slip (where it comes out)
    cert_take       icon, subtitle, notice (of the receipt), chime, left_s and of_s, foot, actions[`end`]
    cert_doubt      icon, subtitle, actions[`has_paper`, `no_paper`]
    cert_claim      icon, tone, subtitle, emphasis, slip (only its number), actions[`end`]
    cert_said       icon, tone, subtitle, notice, actions[some of `ticket`, `counter`, `reset`, and `end`]

Labels of cert_who and the preview are a person's: they are in this view and nowhere else, and no log may hold a view.
"""

from __future__ import annotations

from kiosk_app.api_base import Control, View


class Fee(View, frozen=True, kw_only=True):
    """The one figure that is decided about: 「手数料 600円」, and how it comes about."""

    label: str
    amount: str
    unit: str
    note: str = ""


class Preview(View, frozen=True, kw_only=True):
    """The first page, small, as it will be printed."""

    picture: str
    """A `data:image/png` address."""
    width_px: int
    height_px: int
    label: str
    """「1ページ目」, under it and for who cannot see it."""

    def __repr__(self) -> str:
        return f"Preview({self.width_px} × {self.height_px})"


class Guide(View, frozen=True, kw_only=True):
    """Above every screen of practice, so that nobody takes it for real: where one is and what to do now."""

    band: str
    """「れんしゅう中　お金はかかりません」, on every screen."""
    step: str
    """「3 / 7　暗証番号」; empty before the first and after the last."""
    what: str
    why: Control | None = None
    """「なぜ？」; what it says comes as a dialog."""


CERTIFICATE_SCREENS = (
    "cert_where", "cert_kind", "cert_scope", "cert_items", "cert_copies", "cert_card", "cert_wait", "cert_who",
    "cert_confirm", "cert_pay", "cert_print", "cert_take", "cert_doubt", "cert_claim", "cert_said",
)  # fmt: skip
