"""Tests that need a disk or a network of their own: a container may forbid both, and the test then says so."""

from __future__ import annotations

import os
import subprocess

import pytest

AS_USER = [] if os.geteuid() == 0 else ["--map-root-user"]
NO_NETWORK = ["unshare", "--net", *AS_USER]
OWN_MOUNTS = ["unshare", "--mount", *AS_USER]


def allowed() -> bool:
    kinds = (NO_NETWORK, OWN_MOUNTS)
    return all(subprocess.run([*kind, "true"], stderr=subprocess.DEVNULL).returncode == 0 for kind in kinds)


needs_namespaces = pytest.mark.skipif(
    not allowed(),
    reason="no namespaces in this container: run on a machine of its own, or give the container SYS_ADMIN",
)
