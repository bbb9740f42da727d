# Makes the environment that every script runs in: system packages and Python packages, each installed once.
# Sourced, never run. A second call costs some milliseconds: a stamp remembers what was installed.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
stamps="$root/.setup"
mkdir -p "$stamps"

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

packages=$(grep -v '^#' scripts/system-packages.txt | tr '\n' ' ')
stamp="$stamps/system-$(sha256sum scripts/system-packages.txt | cut -c1-16)"
if [ ! -e "$stamp" ]; then
  missing=""
  for package in $packages; do
    # A package that Debian 13 replaced by a t64 one satisfies its old name through Provides.
    installed=$(dpkg-query -W -f '${Status}\n' "$package" "${package}t64" 2>/dev/null || true)
    case "$installed" in *"install ok installed"*) ;; *) missing="$missing $package" ;; esac
  done
  if [ -n "$missing" ]; then
    echo "Installing system packages:$missing" >&2
    as_root apt-get update -qq >&2
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >&2
  fi
  touch "$stamp"
fi

export UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1
if command -v uv >/dev/null 2>&1; then uv=uv; else
  uv="$stamps/tools/bin/uv"
  if [ ! -x "$uv" ]; then
    echo "Installing uv" >&2
    python3 -m venv "$stamps/tools" >&2
    "$stamps/tools/bin/pip" install -q uv >&2
  fi
fi
stamp="$stamps/python-$(sha256sum uv.lock pyproject.toml | sha256sum | cut -c1-16)"
if [ ! -e "$stamp" ] || [ ! -x .venv/bin/python ]; then
  # Compiled once: otherwise every process of the product and of the tests would do it at each start.
  "$uv" sync --frozen --quiet --compile-bytecode >&2
  touch "$stamp"
fi
export PATH="$root/.venv/bin:$PATH"
# Without this, `python -m` and `python -c` would put the working folder first on the path.
export PYTHONSAFEPATH=1
# Some containers forbid compiled files; our own, too, would then be compiled at each start (seconds, in a test run minutes).
unset PYTHONDONTWRITEBYTECODE
export QT_QUICK_BACKEND=software
export QT_LOGGING_RULES="qt.qpa.*=false"
