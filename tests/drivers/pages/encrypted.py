"""A PDF behind a password, made by hand (ISO 32000-1, 7.6: standard security handler, revision 2, RC4 of 40 bits)."""

from __future__ import annotations

import hashlib

_PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
_PERMISSIONS = -4
_ID = b"0123456789abcdef"


def _rc4(key: bytes, data: bytes) -> bytes:
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


def encrypted_pdf(user_password: str, owner_password: str = "owner") -> bytes:
    """One page. An empty user password opens for everybody, and is encrypted all the same."""
    user, owner = ((password.encode() + _PAD)[:32] for password in (user_password, owner_password))
    o = _rc4(hashlib.md5(owner).digest()[:5], user)
    permissions = (_PERMISSIONS & 0xFFFFFFFF).to_bytes(4, "little")
    key = hashlib.md5(user + o + permissions + _ID).digest()[:5]
    u = _rc4(key, _PAD)
    content = _rc4(hashlib.md5(key + (4).to_bytes(3, "little") + bytes(2)).digest()[:10], b"100 100 50 50 re f")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
        b"<< /Filter /Standard /V 1 /R 2 /O <%b> /U <%b> /P %d >>" % (o.hex().encode(), u.hex().encode(), _PERMISSIONS),
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    ids = _ID.hex().encode()
    out += b"trailer\n<< /Size %d /Root 1 0 R /Encrypt 5 0 R /ID [<%b> <%b>] >>\n" % (len(objects) + 1, ids, ids)
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)
