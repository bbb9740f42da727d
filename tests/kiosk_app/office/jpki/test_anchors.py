"""Which files make an authority trusted, and what a technician reads of the others."""

from __future__ import annotations

from base64 import encodebytes
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.office.jpki.anchors import FILE_BYTES_MAX, FILES_MAX, anchors_of
from kiosk_app.office.jpki.profile import SIGNATURE_UNIT
from tests.kiosk_app.office.jpki.hierarchy import authority, authority_name, card, trusted


def pem(der: bytes) -> bytes:
    return b"-----BEGIN CERTIFICATE-----\n" + encodebytes(der) + b"-----END CERTIFICATE-----\n"


def test_der_and_pem_are_read_and_several_in_one_file() -> None:
    one, two = authority("root-1"), authority("root-2")
    found = anchors_of({"a.cer": one, "b.pem": pem(one) + b"a remark\n" + pem(two)})
    assert [a.file for a in found.anchors] == ["a.cer", "b.pem"]
    assert found.anchors[0].fingerprint == sha256(one).hexdigest().upper()
    assert not found.left_out and not any(a.test for a in found.anchors)


@pytest.mark.parametrize(
    ("der", "why"),
    [
        (b"no certificate at all", "no certificate"),
        (b"", "no certificate"),
        (pem(b"\x30\x03\x02\x01\x05"), "no certificate"),
        (b"-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----", "no certificate"),
        (card, "not the certificate of an authority"),
        (partial(authority, name=authority_name(unit=SIGNATURE_UNIT)), "not an authority of user authentication"),
        (partial(authority, "root-1", signer="root-2"), "not signed by its own key"),
        (partial(authority, name=authority_name("JPKI-TEST")), "a test hierarchy"),
        (partial(authority, name=authority_name("TEST JPKI (NOT REAL)")), "a test hierarchy"),
        (bytes(FILE_BYTES_MAX + 1), "at most"),
    ],
)
def test_what_is_not_trusted_is_left_out_with_its_reason(der: bytes | Callable[[], bytes], why: str) -> None:
    found = anchors_of({"some.cer": der if isinstance(der, bytes) else der()})
    assert not found
    (said,) = found.left_out
    assert said.startswith("some.cer: left out") and why in said


def test_a_test_hierarchy_is_trusted_only_where_it_is_wanted_and_says_so() -> None:
    found = trusted(authority(name=authority_name("JPKI-TEST")), test_hierarchy=True)
    assert [a.test for a in found.anchors] == [True]


def test_there_is_a_limit() -> None:
    files = {
        f"{n:03d}": authority(f"root-{n % 2}", start=datetime(2019, 9, 8, tzinfo=UTC) + timedelta(days=n))
        for n in range(FILES_MAX + 3)
    }
    found = anchors_of(files)
    assert len(found.anchors) == FILES_MAX
    assert len(found.left_out) == 3


@given(st.dictionaries(st.text(max_size=4), st.binary(max_size=60), max_size=4))
def test_any_files_are_read_without_an_error(files: dict[str, bytes]) -> None:
    found = anchors_of(files)
    assert not found and len(found.left_out) == len(files)
