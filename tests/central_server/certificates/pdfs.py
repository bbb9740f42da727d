"""PDFs written by hand, for what an issuer of another house may send."""

from __future__ import annotations

import hashlib

POINTS_PER_MM = 72 / 25.4
PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
"""ISO 32000-1, 7.6.3.3."""


def pages(count: int, width_mm: float, height_mm: float) -> bytes:
    """Blank ones."""
    box = f"[0 0 {width_mm * POINTS_PER_MM:.2f} {height_mm * POINTS_PER_MM:.2f}]"
    kids = " ".join(f"{3 + n} 0 R" for n in range(count))
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode()]
    objects += [f"<< /Type /Page /Parent 2 0 R /MediaBox {box} >>".encode() for _ in range(count)]
    return _file(objects, b"")


def encrypted(user_password: bytes = b"") -> bytes:
    """One A4 page under RC4 with 40 bits: without a user's password every reader opens it, and it is encrypted all the
    same."""
    file_id, permissions = b"0123456789abcdef", -44
    owner_key = hashlib.md5(PADDING, usedforsecurity=False).digest()[:5]
    owner = _rc4(owner_key, (user_password + PADDING)[:32])
    told = (user_password + PADDING)[:32] + owner + permissions.to_bytes(4, "little", signed=True) + file_id
    user = _rc4(hashlib.md5(told, usedforsecurity=False).digest()[:5], PADDING)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595.28 841.89] >>",
        f"<< /Filter /Standard /V 1 /R 2 /O <{owner.hex()}> /U <{user.hex()}> /P {permissions} >>".encode(),
    ]
    return _file(objects, f"/Encrypt 4 0 R /ID [<{file_id.hex()}> <{file_id.hex()}>]".encode())


def _file(objects: list[bytes], more: bytes) -> bytes:
    out, at = bytearray(b"%PDF-1.7\n"), []
    for number, one in enumerate(objects, 1):
        at.append(len(out))
        out += f"{number} 0 obj\n".encode() + one + b"\nendobj\n"
    begun = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{one:010} 00000 n \n".encode() for one in at)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R ".encode() + more
    return bytes(out + f" >>\nstartxref\n{begun}\n%%EOF\n".encode())


def _rc4(key: bytes, data: bytes) -> bytes:
    box, swap = list(range(256)), 0
    for n in range(256):
        swap = (swap + box[n] + key[n % len(key)]) % 256
        box[n], box[swap] = box[swap], box[n]
    out, one, two = bytearray(), 0, 0
    for byte in data:
        one = (one + 1) % 256
        two = (two + box[one]) % 256
        box[one], box[two] = box[two], box[one]
        out.append(byte ^ box[(box[one] + box[two]) % 256])
    return bytes(out)
