"""A disk that takes its time: each fsync and fdatasync of this process and its threads waits before it is done.

The kernel asks a process beside this one about each such call (seccomp_unotify(2)); that one sleeps and lets it go on,
one after the other, as a disk does. It dies with us.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import struct
import time

from tests.spaces.kernel import die_with_parent, libc

CALLS = {"x86_64": (74, 75, 317), "aarch64": (82, 83, 277)}
"""Numbers of fsync, fdatasync and seccomp."""
LOAD, EQUAL, GIVE = 0x20, 0x15, 0x06
ASK, ALLOW = 0x7FC00000, 0x7FFF0000
PR_SET_NO_NEW_PRIVS, SET_MODE_FILTER, NEW_LISTENER = 38, 1, 8
RECEIVE, SEND = 0xC0502100, 0xC0182101
"""Of <linux/seccomp.h>: _IOWR('!', 0, struct seccomp_notif) and _IOWR('!', 1, struct seccomp_notif_resp)."""
NOTICE_BYTES = 80
GO_ON = 1


def begin(delay_s: float) -> None:
    """For a process that has no thread yet. Raises OSError where the kernel does not allow it."""
    listener = _ask_about_syncs()
    parent = os.getpid()
    if os.fork():
        os.close(listener)
        return
    die_with_parent(signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)
    _serve(listener, delay_s)


def _ask_about_syncs() -> int:
    fsync, fdatasync, seccomp = CALLS[os.uname().machine]
    filters = (
        (LOAD, 0, 0, 0),
        (EQUAL, 1, 0, fsync),
        (EQUAL, 0, 1, fdatasync),
        (GIVE, 0, 0, ASK),
        (GIVE, 0, 0, ALLOW),
    )
    program = b"".join(struct.pack("HBBI", *one) for one in filters)
    held = ctypes.create_string_buffer(program)
    head = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(filters), ctypes.addressof(held)))
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no new privileges")
    listener = libc.syscall(seccomp, SET_MODE_FILTER, NEW_LISTENER, head)
    if listener < 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    return int(listener)


def _serve(listener: int, delay_s: float) -> None:
    while True:
        notice = bytearray(NOTICE_BYTES)
        try:
            fcntl.ioctl(listener, RECEIVE, notice)
            time.sleep(delay_s)
            fcntl.ioctl(listener, SEND, bytearray(notice[:8] + struct.pack("qiI", 0, 0, GO_ON)))
        except (FileNotFoundError, InterruptedError):
            # Whoever asked was killed meanwhile.
            continue
