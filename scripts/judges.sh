# Installs the judges of tests/judges/: programs that are not ours, used by tests alone and never by the product.
# Sourced by scripts/test after environment.sh. A judge that cannot be installed holds up no other test: its own are
# skipped and say so, and the next call tries again.
#
# To renew them, in tests/judges: change package.json and `npm install --package-lock-only`, or
#   echo emupos==VERSION | uv pip compile --generate-hashes --no-header --no-annotate --python-version 3.13 -
judges="$stamps/judges"
NOT_HERE=77

# judge NAME FILE...: runs install_NAME once for each change of the files, in a folder of that name.
judge() {
  local name="$1" stamp code=0
  shift
  stamp="$judges/$name-$({ echo "$root"; cat "$@" "${BASH_SOURCE[0]}"; } | sha256sum | cut -c1-16)"
  [ ! -e "$stamp" ] || return 0
  exec 9>"$stamps/lock"
  flock 9
  if [ ! -e "$stamp" ]; then
    rm -rf "$judges/$name" "$judges/$name"-????????????????
    mkdir -p "$judges/$name"
    "install_$name" "$judges/$name" >"$judges/$name.txt" 2>&1 9>&- || code=$?
    if [ "$code" = 0 ]; then touch "$stamp"; else rm -rf "$judges/${name:?}"; fi
    case "$code" in
      0) ;;
      "$NOT_HERE") rm "$judges/$name.txt" ;;
      *) echo "A judge of the tests ($name) could not be installed; $judges/$name.txt says why. Going on without." >&2 ;;
    esac
  fi
  exec 9>&-
}

install_node() {
  cp tests/judges/{package.json,package-lock.json,.npmrc} "$1" || return
  if ! has_node; then
    # Debian's npm would bring four hundred packages; this is one.
    find_uv
    "$uv" venv --no-project --python .venv/bin/python "$1/runtime" &&
      "$uv" pip install --python "$1/runtime" --require-hashes -r tests/judges/node.txt || return
  fi
  # What is optional there draws and prints; nothing of it is used here.
  (cd "$1" && PATH="$1/runtime/bin:$PATH" npm ci --ignore-scripts --omit=optional --no-audit --no-fund --fetch-retries=1 \
      --fetch-retry-mintimeout=1000)
}

has_node() { command -v npm && node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)'; }

install_emupos() {
  local python
  find_uv
  python=$(python_of_emupos) || return "$NOT_HERE"
  "$uv" venv --no-project --python "$python" "$1" &&
    "$uv" pip install --python "$1" --compile-bytecode --require-hashes -r tests/judges/emupos.txt
}

# Any Python of 3.13 or later on this computer: emupos does not run on earlier ones.
python_of_emupos() {
  local python
  for python in python3.13 python3 "$("$uv" python find '>=3.13')" "$HOME"/.pyenv/versions/3.1[3-9]*/bin/python3; do
    if [ "$python" ] && "$python" -c 'import sys; sys.exit(sys.version_info < (3, 13))' >&2; then
      echo "$python"
      return
    fi
  done
  return 1
}

judge node tests/judges/{package.json,package-lock.json,.npmrc,node.txt}
judge emupos tests/judges/emupos.txt
