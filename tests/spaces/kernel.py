"""What computers of our own need of the kernel: a network and disks each, raw frames, a plug that can be pulled.

Only system calls; nothing here decides anything.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import socket
import struct
from pathlib import Path

EVERY_PROTOCOL = 3
"""ETH_P_ALL of <linux/if_ether.h>."""
FRAME_BYTES_MAX = 65_600
PACKET_IGNORE_OUTGOING, SOL_PACKET = 23, 263
SIOCGIFFLAGS, SIOCSIFFLAGS, SIOCETHTOOL = 0x8913, 0x8914, 0x8946
IFF_UP = 1
ETHTOOL_STXCSUM = 0x17
MS_REC, MS_PRIVATE = 0x4000, 0x40000
CLONE_NEWNS, CLONE_NEWNET = 0x20000, 0x40000000
PR_SET_PDEATHSIG = 1
libc = ctypes.CDLL(None, use_errno=True)


def ip_program() -> str | None:
    """Debian keeps it where an ordinary user does not look."""
    return shutil.which("ip", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def check(result: int, what: str) -> None:
    if result:
        raise OSError(ctypes.get_errno(), what)


def unshare(kinds: int) -> None:
    """This process has a network, or mounts, of its own from now on."""
    check(libc.unshare(kinds), "unshare")


def enter(pid: int) -> None:
    """The network and the disks of the computer that this process holds. For a process without threads."""
    for kind, flag in (("net", CLONE_NEWNET), ("mnt", CLONE_NEWNS)):
        with Path(f"/proc/{pid}/ns/{kind}").open() as namespace:
            check(libc.setns(namespace.fileno(), flag), f"setns {kind}")


def small_disk(folder: Path, size_mib: int) -> None:
    """In the place of this folder, seen only from these mounts."""
    for source, where, kind, flags, data in (
        (b"none", b"/", None, MS_REC | MS_PRIVATE, None),
        (b"tmpfs", bytes(folder), b"tmpfs", 0, b"size=%dm" % size_mib),
    ):
        check(libc.mount(source, where, kind, flags, data), f"mount {where!r}")


def die_with_parent(signal_number: int) -> None:
    check(libc.prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0), "prctl")


def raw_line(interface: str) -> socket.socket:
    """Every frame that the other end of this cable sends, and none of our own."""
    line = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(EVERY_PROTOCOL))
    line.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    line.bind((interface, EVERY_PROTOCOL))
    line.setblocking(False)
    return line


def plug(line: socket.socket, interface: str, into: bool) -> None:
    """As `ip link set INTERFACE up` or `down`: the computer at the other end sees its carrier come or go."""
    name = interface.encode()
    (flags,) = struct.unpack_from("16xh", fcntl.ioctl(line, SIOCGIFFLAGS, struct.pack("16sh14x", name, 0)))
    wanted = flags | IFF_UP if into else flags & ~IFF_UP
    fcntl.ioctl(line, SIOCSIFFLAGS, struct.pack("16sh14x", name, wanted))


def whole_frames(interface: str) -> None:
    """Checksums are computed before a frame is sent, and no frame is larger than the cable takes.

    Otherwise a virtual cable leaves both to a card that does not exist, and what we pass on would be thrown away.
    """
    value = ctypes.create_string_buffer(struct.pack("II", ETHTOOL_STXCSUM, 0))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCETHTOOL, struct.pack("16sP16x", interface.encode(), ctypes.addressof(value)))
