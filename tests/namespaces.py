"""Tests that need a disk or a network of their own: a container may forbid both, and the test then says so."""

from __future__ import annotations

import os
import subprocess

import pytest

from tests.spaces.kernel import ip_program

AS_USER = [] if os.geteuid() == 0 else ["--map-root-user"]
NO_NETWORK = ["unshare", "--net", *AS_USER]
OWN_MOUNTS = ["unshare", "--mount", *AS_USER]

INSIDE = [] if os.geteuid() == 0 else ["unshare", "--user", *AS_USER]
"""Before a command that makes namespaces itself."""


def allowed() -> bool:
    kinds = (NO_NETWORK, OWN_MOUNTS)
    return all(subprocess.run([*kind, "true"], stderr=subprocess.DEVNULL).returncode == 0 for kind in kinds)


needs_namespaces = pytest.mark.skipif(
    not allowed(),
    reason="no namespaces in this container: run on a machine of its own, or give the container SYS_ADMIN",
)


def no_cables() -> str:
    """Why computers with virtual cables between them cannot be made here; empty where they can."""
    if (ip := ip_program()) is None:
        return "no `ip`: install iproute2"
    cable = [*NO_NETWORK, "--mount", ip, "link", "add", "one", "type", "veth", "peer", "name", "other"]
    tried = subprocess.run(cable, capture_output=True, text=True)
    return "" if tried.returncode == 0 else f"no namespaces with virtual cables here: {tried.stderr.strip()}"


needs_cables = pytest.mark.skipif(bool(no_cables()), reason=no_cables() or "they can be made")
