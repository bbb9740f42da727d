"""A machine in good order: its folders as Linux shows them, and what its service manager says."""

from __future__ import annotations

from pathlib import Path

MACHINE_ID, BOARD = "0123456789abcdef0123456789abcdef", "4c4c4544-0031-3010-8036-b2c04f303532"
TOUCH = """I: Bus=0003 Vendor=0eef Product=0001 Version=0110
N: Name="Touch Panel"
B: EV=1b
B: KEY=400 0 0 0 0 0
B: ABS=260800000000003

"""
KEYS = """I: Bus=0003 Vendor=1234 Product=0001 Version=0110
N: Name="Tactile Pad"
B: EV=120013
B: KEY=1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe

"""
FILES = {
    "proc/meminfo": "MemTotal:        8000000 kB\nMemAvailable:    4000000 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n",
    "proc/uptime": "3600.00 7000.00\n",
    "proc/bus/input/devices": TOUCH + KEYS,
    "proc/asound/cards": " 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n",
    "proc/net/tcp": "  sl  local_address rem_address   st\n",
    "proc/self/mounts": "/dev/sda2 / ext4 rw,relatime 0 0\n",
    "sys/class/thermal/thermal_zone0/temp": "48000\n",
    "sys/class/thermal/thermal_zone1/temp": "0\n",
    "sys/class/net/eth0/type": "1\n",
    "sys/class/net/eth0/operstate": "up\n",
    "sys/class/net/lo/type": "772\n",
    "sys/class/net/lo/operstate": "unknown\n",
    "sys/class/drm/card0-HDMI-A-1/status": "connected\n",
    "sys/class/drm/card0-DP-1/status": "disconnected\n",
    "sys/class/dmi/id/product_uuid": f"{BOARD}\n",
    "run/systemd/timesync/synchronized": "",
    "etc/machine-id": f"{MACHINE_ID}\n",
    "etc/hitofuda/installed-on": f"{MACHINE_ID}\n{BOARD}\n",
}
UNIT = "Id={}\nLoadState=loaded\nActiveState={}\nUnitFileState=enabled\nResult={}\nNRestarts={}\n"
NAMES = ("hitofuda-core.service", "hitofuda-face@citizen.service", "hitofuda-screen@citizen.service")


def lay(root: Path) -> Path:
    for name, text in FILES.items():
        put(root, name, text)
    return root


def put(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def units(state: str = "active", result: str = "success", restarts: int = 0) -> str:
    """The core's is as said, the others are well."""
    others = [UNIT.format(name, "active", "success", 0) for name in NAMES[1:]]
    return "\n".join([UNIT.format(NAMES[0], state, result, restarts), *others])
