"""What a queue says of itself and of a job, as words of our own: one status of a closed union, one verdict.

Keywords of printer-state-reasons: RFC 8011, 5.4.12, and PWG 5100.4; the suffix says how bad it is.
"""

from __future__ import annotations

from drivers.cups_printer.protocol import Group, OutOfBand, Value
from drivers.ports import DocumentStatus, Verdict

PENDING, HELD, PROCESSING, STOPPED, CANCELED, ABORTED, COMPLETED = 3, 4, 5, 6, 7, 8, 9
"""job-state, RFC 8011, 5.3.7."""
FINAL = frozenset({CANCELED, ABORTED, COMPLETED})
WAITING = frozenset({PENDING, HELD})
PRINTER_STOPPED = 5
CLASS_OF_QUEUES = 0x1
"""A bit of CUPS's printer-type."""
SAFE_ERROR_POLICY = "abort-job"

_REASONS: tuple[tuple[str, DocumentStatus], ...] = (
    ("cover-open", "cover_open"),
    ("door-open", "cover_open"),
    ("interlock-open", "cover_open"),
    ("media-jam", "jam"),
    ("media-empty", "paper_out"),
    ("media-needed", "paper_out"),
    ("input-tray-missing", "paper_out"),
    ("toner-empty", "toner_out"),
    ("marker-supply-empty", "toner_out"),
    ("marker-waste-full", "toner_out"),
    ("opc-life-over", "toner_out"),
    ("fuser-over-temp", "head_hot"),
    ("fuser-under-temp", "head_hot"),
    ("output-area-full", "offline"),
    ("output-tray-missing", "offline"),
    ("offline", "offline"),
    ("shutdown", "offline"),
    ("paused", "offline"),
    ("moving-to-paused", "offline"),
    ("stopped-partly", "offline"),
    ("timed-out", "offline"),
)
"""In this order: what a person must deal with first is named."""
_LOW = frozenset({"media-low", "toner-low", "marker-supply-low", "marker-waste-almost-full", "opc-near-eol"})
"""Told to staff; it still prints."""


def reasons_of(printer: Group) -> frozenset[str]:
    return frozenset(printer.texts("printer-state-reasons")) - {"none"}


def printer_status(printer: Group, handled: frozenset[str] = frozenset()) -> DocumentStatus:
    """From printer-state, printer-state-reasons and printer-is-accepting-jobs; `handled` reasons count as warnings."""
    state = printer.number("printer-state")
    reasons = reasons_of(printer)
    found = {_without_suffix(reason): reason for reason in reasons - handled}
    for keyword, status in _REASONS:
        # A warning of what would stop it, such as one empty tray of two, does not stop it. offline-report is how CUPS
        # says that nothing can be reached.
        if keyword in found and (keyword == "offline" or not found[keyword].endswith(("-warning", "-report"))):
            return status
    if state == PRINTER_STOPPED or printer.first("printer-is-accepting-jobs") is False:
        return "offline"
    if state is None:
        return "unknown"
    if any(reason.endswith("-error") for reason in found.values()):
        return "offline"
    told = {_without_suffix(reason) for reason in reasons}
    return "near_end" if _LOW & told or any(keyword in told for keyword, _ in _REASONS) else "ready"


def _without_suffix(reason: str) -> str:
    for suffix in ("-error", "-warning", "-report"):
        reason = reason.removesuffix(suffix)
    return reason


def faults_of(printer: Group, queue: str) -> tuple[str, ...]:
    """What makes a queue unfit for documents that must never come out twice: each a sentence for the technician."""
    found = []
    policy = printer.first("printer-error-policy")
    if policy != SAFE_ERROR_POLICY:
        told = policy if isinstance(policy, str) else "不明"
        found.append(
            f"途中で止まった書類をCUPSがもう一度印刷する設定です（printer-error-policy={told}）。"
            f"次のように直してください：lpadmin -p {queue} -o printer-error-policy={SAFE_ERROR_POLICY}"
        )
    if (printer.number("printer-type") or 0) & CLASS_OF_QUEUES:
        found.append(f"{queue}はクラスです。書類がどのプリンターから出るか決まりません。キューの名前を書いてください")
    if "application/pdf" not in printer.texts("document-format-supported"):
        found.append(f"{queue}はPDFを受け取りません。キューを作り直してください（lpadmin の -m everywhere）")
    return tuple(found)


def has_begun(job: Group) -> bool:
    """Paper may have moved. CUPS gives time-at-processing no value until it starts the job's programs."""
    at: Value | None = job.first("time-at-processing")
    return at is not OutOfBand.NO_VALUE


def verdict_of(job: Group, unbroken: bool) -> Verdict:
    """`unbroken`: the same CUPS has answered since before the document was sent. One that was started again may have
    read a record from before the document's start.

    Never `issued`: a completed job is one whose bytes were handed over, and nobody has seen the paper.
    """
    state = job.number("job-state")
    if state not in FINAL:
        return "unknown"
    if state == COMPLETED or has_begun(job):
        return "maybe"
    return "not_issued" if unbroken else "unknown"
