# Makes the environment that every script runs in: system packages and Python packages, each installed once.
# Sourced, never run. A second call costs some milliseconds: stamps remember what was installed. A stamp is written when
# its part is complete and names what it was made from, so an interrupted set-up is finished by the next call.
set -euo pipefail
# The folders and files that a caller names are meant from here.
called_from="$PWD"
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
stamps="$root/.setup"

# Ends with what happened and what to do next.
cannot() { printf '%s\n' "$@" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  # Only where somebody can see the question, sudo may ask for a password.
  elif command -v sudo >/dev/null; then if [ -t 0 ] && [ -t 2 ]; then sudo "$@"; else sudo -n "$@"; fi
  else echo "There is no sudo." >&2; return 1; fi
}

system_packages() {
  local package installed missing=()
  for package in $(grep -v '^#' scripts/system-packages.txt); do
    # A package that Debian 13 replaced by a t64 one satisfies its old name through Provides.
    installed=$(dpkg-query -W -f '${Status}\n' "$package" "${package}t64" 2>/dev/null || true)
    case "$installed" in *"install ok installed"*) ;; *) missing+=("$package") ;; esac
  done
  [ ${#missing[@]} = 0 ] && return
  echo "Installing system packages (once, some minutes): ${missing[*]}" >&2
  local next="Then start this again. Or run as root: apt-get install --no-install-recommends ${missing[*]}"
  as_root true || cannot "Root is needed once, for these packages: be root, or a user who may sudo." "$next"
  # The second try is for what an earlier installation left half done, and for a list that was being updated elsewhere.
  apt_install "${missing[@]}" || { apt_repair; apt_install "${missing[@]}"; } ||
    cannot "System packages could not be installed; what apt said is above. Is the network there?" "$next"
}

apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 "$@" >>"$stamps/apt.txt"; }
apt_install() { apt update && apt install -y --no-install-recommends "$@"; }
apt_repair() {
  echo "Trying once more" >&2
  as_root dpkg --configure -a >>"$stamps/apt.txt" || true
  apt install -y --fix-broken || true
}

# Sets `uv`, and installs it where this computer has none.
find_uv() {
  uv=uv
  command -v uv >/dev/null && return
  uv="$stamps/tools/bin/uv"
  [ ! -e "$stamps/uv" ] || return 0
  echo "Installing uv" >&2
  { python3 -m venv --clear "$stamps/tools" && "$stamps/tools/bin/python" -m pip install -q uv; } >&2 ||
    cannot "uv could not be installed; what pip said is above. Is the network there? Then start this again."
  touch "$stamps/uv"
}

python_packages() {
  find_uv
  echo "Installing Python packages (once)" >&2
  # What a cut-off installation left looks complete to uv.
  [ ! -e "$stamps/python-unfinished" ] || rm -rf .venv
  touch "$stamps/python-unfinished"
  # Compiled once: otherwise every process of the product and of the tests would do it at each start.
  "$uv" sync --frozen --quiet --compile-bytecode >&2 ||
    cannot "Python packages could not be installed; what uv said is above. Is the network there? Then start this again."
  rm "$stamps/python-unfinished"
}

export UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1 UV_PROJECT_ENVIRONMENT="$root/.venv"
system_stamp="$stamps/system-$(sha256sum scripts/system-packages.txt | cut -c1-16)"
# The programs in .venv name their folder, so a clone that was moved is set up again.
python_stamp="$stamps/python-$({ echo "$root"; cat uv.lock pyproject.toml; } | sha256sum | cut -c1-16)"
set_up() { [ -e "$system_stamp" ] && [ -e "$python_stamp" ] && [ -x .venv/bin/python ]; }
if ! set_up; then
  mkdir -p "$stamps" || cannot "$root must be writable for $(id -un). Make a clone of your own, then start this there."
  # Two that are started together: one installs, the other waits and finds everything there.
  exec 9>"$stamps/lock"
  flock -n 9 || { echo "Another set-up is under way in $root; waiting for it." >&2; flock 9; }
  if ! set_up; then
    # The lock is not for the services that a package starts.
    [ -e "$system_stamp" ] || system_packages 9>&-
    touch "$system_stamp"
    python_packages 9>&-
    rm -f "$stamps"/python-????????????????
    touch "$python_stamp"
  fi
  exec 9>&-
fi
export PATH="$root/.venv/bin:$PATH"
# Without this, `python -m` and `python -c` would put the working folder first on the path.
export PYTHONSAFEPATH=1
# Some containers forbid compiled files; our own, too, would then be compiled at each start (seconds, in a test run minutes).
unset PYTHONDONTWRITEBYTECODE
# Texts are UTF-8 whatever this computer's locale says.
export PYTHONUTF8=1
export QT_QUICK_BACKEND=software
export QT_LOGGING_RULES="${QT_LOGGING_RULES-qt.qpa.*=false}"
