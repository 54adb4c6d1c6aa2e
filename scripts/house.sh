# What the commands share: where the house is, how it speaks, how many jobs the machine carries. Sourced, not run.
set -euo pipefail
HOUSE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$HOUSE"

# say LINE…
say() { printf '%s\n' "$@"; }
# fail SENTENCE…: one sentence per line on standard error, then the end.
fail() { printf '%s\n' "$@" >&2; exit 1; }

# The node of the house, when the machine's own is too old (scripts/setup), goes before the machine's.
use_own_node() {
  local bin=$HOUSE/.tools/node_modules/.bin
  [ ! -x "$bin/node" ] || [[ :$PATH: == *:$bin:* ]] || export PATH="$bin:$PATH"
}
use_own_node

# setup [--no-web]: what scripts/setup installs is then in reach of the caller.
setup() {
  scripts/setup "$@"
  use_own_node
}

# jobs_of GIB: how many compilers of GIB gibibytes each run at once without swapping; TONGXIN_JOBS overrides.
jobs_of() {
  if [ -n "${TONGXIN_JOBS:-}" ]; then echo "$TONGXIN_JOBS"; return; fi
  local cores memory
  cores=$(nproc)
  memory=$(awk -v each="$1" '/^MemAvailable/ { print int($2 / 1048576 / each) }' /proc/meminfo)
  [ "$memory" -lt "$cores" ] && cores=$memory
  [ "$cores" -lt 1 ] && cores=1
  echo "$cores"
}

# The C++ files of the house, new ones that are not committed yet among them.
our_sources() {
  git ls-files --cached --others --exclude-standard -- 'src/*.?pp' 'tests/*.?pp' 'bench/*.?pp' 'fuzz/*.?pp' 'cmake/*.?pp'
}

# build PRESET GIB TARGET…: configures build/PRESET if need be and builds; stops after 20 errors, or KEEP_GOING.
build() {
  local preset=$1 gib=$2
  shift 2
  [ -f "build/$preset/build.ninja" ] || cmake --preset "$preset"
  cmake --build "build/$preset" -j "$(jobs_of "$gib")" --target "$@" -- -k "${KEEP_GOING:-20}"
}

# The web app: its packages when the lock file changed, its pages when a source is newer than the last build.
web_packages() {
  local stamp=web/node_modules/.tongxin-lock
  [ -f web/package-lock.json ] ||
    fail "web/package-lock.json is missing: run 'npm install' in web/ once and commit the lock file."
  if ! cmp -s web/package-lock.json "$stamp"; then
    say "Installing the packages of the web app (npm install --no-save)…"
    mkdir -p out
    (cd web && npm install --no-save --no-audit --no-fund) >out/setup-web.log 2>&1 || {
      grep -m 8 '^npm error' out/setup-web.log >&2 || true
      fail "The packages of the web app could not be installed; the log is in out/setup-web.log." \
        "If it speaks of the lock file: run 'npm install' in web/ and commit web/package-lock.json."
    }
    mkdir -p web/node_modules
    cp web/package-lock.json "$stamp"
  fi
}

web_pages() {
  local stamp=web/dist/.built newer=
  if [ -f "$stamp" ]; then
    newer=$(find web \( -name node_modules -o -path web/dist \) -prune -o -type f -newer "$stamp" -print -quit)
    [ -z "$newer" ] && return
  fi
  say "Building the web app…"
  (cd web && npm run build)
  touch "$stamp"
}
