"""What a power cut leaves of a file whose last writes nobody had waited for."""

import random

SECTOR_SIZES_BYTES = (512, 4096)


def torn(choose: random.Random, before: bytes, after: bytes) -> bytes:
    """What a disk may hold of writes it was never told to finish: each sector the old one, the new one, or garbage
    where something was being written; and perhaps not all of its length."""
    sector_bytes = choose.choice(SECTOR_SIZES_BYTES)
    out = bytearray(after)
    size_before = len(before)
    for at in range(0, len(after), sector_bytes):
        old, new = before[at : at + sector_bytes], after[at : at + sector_bytes]
        if old != new:
            whole_old = old.ljust(len(new), b"\0")
            cut = choose.randrange(len(new) + 1)
            made = (new, whole_old, choose.randbytes(len(new)), new[:cut] + whole_old[cut:])
            out[at : at + len(new)] = choose.choice(made)
    if len(after) > size_before and choose.random() < 0.5:
        del out[choose.randrange(size_before, len(after)) :]
    return bytes(out)
