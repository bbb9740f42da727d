"""Space set aside while there is plenty, so that the outcome of an act already begun can be written on a full disk.

A ticket on its way through the printer must get its PrintEnded even when another program has filled the disk.
"""

from __future__ import annotations

import errno
import os
import resource
from pathlib import Path

RESERVE_BYTES = 8 * 1024 * 1024


def free_bytes(path: Path) -> int:
    """Space that this process could still write beside `path`: the disk's, or less under a limit on file size."""
    status = os.statvfs(path if path.exists() else path.parent)
    free = status.f_bavail * status.f_frsize
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    if limit == resource.RLIM_INFINITY:
        return free
    sizes = [p.stat().st_size for p in (path, path.with_name(path.name + "-wal")) if p.exists()]
    return min(free, max(0, limit - max(sizes, default=0)))


class Reserve:
    """A file of real blocks beside the log."""

    def __init__(self, path: Path, size_bytes: int = RESERVE_BYTES) -> None:
        self.path = path
        self.size_bytes = size_bytes

    @property
    def held(self) -> bool:
        return self.path.exists() and self.path.stat().st_size >= self.size_bytes

    def fill(self) -> bool:
        """Take the space (again). False when the disk has too little of it now; try again later."""
        if self.held:
            return True
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.posix_fallocate(handle, 0, self.size_bytes)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise
            # Half a reserve would make the shortage worse and help nobody.
            self.path.unlink()
            return False
        finally:
            os.close(handle)
        return True

    def release(self) -> bool:
        """Give the space back to the disk. True when there was some to give."""
        was_held = self.held
        self.path.unlink(missing_ok=True)
        return was_held
