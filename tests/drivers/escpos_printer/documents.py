"""Small PDFs written by hand: what stands where on their pages is known to the dot."""

from __future__ import annotations

import hashlib

from drivers.ports import DocumentPaper

A4_POINTS = (595.276, 841.89)


def pdf(*contents: str, size_points: tuple[float, float] = A4_POINTS) -> bytes:
    """One page for each content stream; /F1 is Helvetica."""
    count = len(contents)
    kids = " ".join(f"{3 + 2 * at} 0 R" for at in range(count))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {count} >>"]
    font = "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    for at, content in enumerate(contents):
        box = f"/MediaBox [0 0 {size_points[0]} {size_points[1]}]"
        objects.append(f"<< /Type /Page /Parent 2 0 R {box} /Resources {font} /Contents {4 + 2 * at} 0 R >>")
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("ascii")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode("ascii")
    out += "".join(f"{place:010d} 00000 n \n" for place in places).encode("ascii")
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode("ascii")
    return bytes(out)


def certificate() -> bytes:
    """As full as a certificate: a frame, a table, forty lines of small type, a round seal."""
    rows = [
        f"BT /F1 10 Tf 60 {770 - 16 * row} Td (SAMPLE {row:02d} {'The quick brown fox 0123456789 ' * 2}) Tj ET"
        for row in range(40)
    ]
    table = [f"50 {766 - 16 * row} m 545 {766 - 16 * row} l S" for row in range(41)]
    curves = "480 127 458 150 430 150 c 402 150 380 127 380 100 c 380 72 402 50 430 50 c 458 50 480 72 480 100 c"
    seal = f"1 0 0 RG 3 w 480 100 m {curves} S"
    return pdf("\n".join(["0.5 w", "40 40 515 762 re S", *table, *rows, seal]))


def paper(data: bytes) -> DocumentPaper:
    return DocumentPaper(data, hashlib.sha256(data).hexdigest())
