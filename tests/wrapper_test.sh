#!/usr/bin/env bash
# The wrapper ./mls on machines it must cope with. Everything that touches the system (apt, dpkg, sudo, cmake, ninja,
# ctest) is a stand-in that records its calls, so that this runs anywhere, offline, in seconds.
set -uo pipefail

repository=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
sandbox=$(mktemp -d)
trap 'rm -rf "$sandbox"' EXIT
failures=0

# --- Stand-ins ------------------------------------------------------------------------------------------------------

make_command() {
  { printf '#!/bin/bash\n' && cat; } >"$STATE/bin/$1"
  chmod +x "$STATE/bin/$1"
}

# A machine with nothing installed, and a clone of a minimal tree on it.
fresh_machine() {
  rm -rf "${sandbox:?}"/*
  export STATE=$sandbox/state TREE=$sandbox/tree
  mkdir -p "$STATE/bin" "$TREE"/{cmake,src,lib,tasks,templates}
  cp "$repository/mls" "$TREE/mls"
  touch "$TREE"/{CMakeLists.txt,CMakePresets.json} "$STATE"/{installed,calls}
  local tool
  for tool in bash sh env find sed grep tr head tail mkdir mv rm flock nproc readlink cat touch sleep rmdir chmod setsid; do
    ln -s "$(command -v "$tool")" "$STATE/bin/$tool"
  done
  printf '0\n' >"$STATE/uid"
  make_command id <<'STUB'
cat "$STATE/uid"
STUB
  make_command npm <<<'exit 0'
  make_command dpkg <<<'exit 0'
  make_command dpkg-query <<'STUB'
echo dpkg-query >>"$STATE/calls"
shift 3
for name in "$@"; do grep -qx "$name" "$STATE/installed" && echo "ii  $name"; done
exit 1
STUB
  make_command apt-get <<'STUB'
echo "apt-get $*" >>"$STATE/calls"
[[ " $* " == *" install "* ]] || exit 0
if [[ -e $STATE/offline ]]; then echo "E: Failed to fetch http://nowhere"; exit 100; fi
[[ " $* " != *" --download-only"* ]] || exit 0
echo "pmstatus:clang-19:50.0:Unpacking"
if [[ -e $STATE/apt_breaks ]]; then exit 100; fi
printf '%s\n' "$@" >>"$STATE/installed"
STUB
  make_command cmake <<'STUB'
mkdir -p "build/$2" && touch "build/$2/build.ninja"
echo "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" >"build/$2/CMakeCache.txt"
STUB
  make_command ninja <<'STUB'
echo "ninja $*" >>"$STATE/calls"
mkdir "$STATE/building" || { echo overlap >>"$STATE/calls"; exit 1; }
trap 'rmdir "$STATE/building"' EXIT
[[ ! -e $STATE/slow ]] || { echo started >>"$STATE/calls"; sleep 1; }
echo "[1/2] first"
if [[ -e $STATE/compile_error ]]; then printf 'FAILED: a.o\nclang++ a.cpp\na.cpp:1:1: error: no such thing\n'; exit 1; fi
mkdir -p "$TREE/build/release/bin"
printf '#!/bin/bash\necho "program: $*"\nexit "${PROGRAM_EXIT:-0}"\n' >"$TREE/build/release/bin/mls"
chmod +x "$TREE/build/release/bin/mls"
STUB
  make_command ctest <<'STUB'
while [[ $1 != --output-junit ]]; do shift; done
printf '<?xml version="1.0"?>\n<testsuite name="x"\n\ttests="5"\n\tfailures="1"\n\tdisabled="0"\n\tskipped="1"\n/>\n' >"$2"
exit "${CTEST_EXIT:-0}"
STUB
}

ordinary_user() { printf '1000\n' >"$STATE/uid"; }

# $1: what `sudo -n true` answers.
make_sudo() {
  make_command sudo <<STUB
echo "sudo \$1" >>"$STATE/calls"
[[ \$1 != -n ]] || exit $1
exec "\$@"
STUB
}

# Runs the wrapper with only the stand-ins on PATH and no terminal; sets status, out (stdout) and err (stderr).
run_mls() {
  (cd "${FROM:-/}" && PATH=$STATE/bin setsid --wait "${VIA:-$TREE/mls}" "$@" </dev/null) \
    >"$STATE/stdout" 2>"$STATE/stderr"
  status=$?
  out=$(<"$STATE/stdout") err=$(<"$STATE/stderr")
}

# --- Checks ---------------------------------------------------------------------------------------------------------

check() {
  local what=$1
  shift
  if ! "$@"; then
    failures=$((failures + 1))
    printf 'FAILED: %s: %s\n  status %s\n  stdout %q\n  stderr %q\n  calls %q\n' \
      "$case_name" "$what" "$status" "$out" "$err" "$(<"$STATE/calls")"
  fi
}
called() { grep -q -e "$1" "$STATE/calls"; }
not_called() { ! called "$1"; }
wait_for_call() {
  local tries
  for ((tries = 0; tries < 500; ++tries)); do ! called "$1" || return 0; sleep 0.02; done
}
calls_of() { grep -c -e "$1" "$STATE/calls"; }
is() { [[ $1 == "$2" ]]; }
holds() { [[ $1 == *"$2"* ]]; }
one_line() { [[ $1 == mls:* && $1 != *$'\n'* ]]; }

test_fresh_machine_as_root() {
  run_mls tasks --json
  check "runs" is "$status" 0
  check "gives the arguments on" is "$out" "program: tasks --json"
  check "says beforehand what it installs and how" holds "$err" "Debian packages with apt-get: clang-19 "
  check "without recommended packages" called "install --yes --no-install-recommends .*ninja-build"
  check "nothing but the program's output on stdout" holds "$err" "building (release)"
}

test_nothing_to_do_asks_nobody() {
  run_mls tasks
  : >"$STATE/calls"
  run_mls show x
  check "runs" is "$out" "program: show x"
  check "no other program is started" is "$(<"$STATE/calls")" ""
  check "silent" is "$err" ""
}

test_exit_code_of_the_program() {
  PROGRAM_EXIT=3 run_mls eval
  check "is the wrapper's" is "$status" 3
}

test_changed_sources_rebuild() {
  run_mls tasks
  : >"$STATE/calls"
  touch -d 2001-01-01 "$TREE/src/old_but_new_here.cpp"
  run_mls tasks
  check "built" called ^ninja
  check "nothing installed" not_called apt-get
  : >"$STATE/calls"
  run_mls tasks
  check "once" not_called ^ninja
}

test_any_folder_and_links() {
  ln -s "$TREE/mls" "$STATE/link"
  FROM=$STATE VIA=./link run_mls tasks
  check "through a link" is "$out" "program: tasks"
  FROM=$TREE VIA=./mls run_mls tasks
  check "from its own folder" is "$out" "program: tasks"
}

test_sudo_only_where_needed() {
  make_sudo 0
  run_mls tasks
  check "root needs none" not_called sudo
  fresh_machine
  make_sudo 0
  ordinary_user
  run_mls tasks
  check "a user does" called "sudo env"
  check "and is told beforehand" holds "$err" "with sudo apt-get: "
  check "and the program runs" is "$out" "program: tasks"
}

test_no_sudo() {
  ordinary_user
  run_mls quickstart
  check "infrastructure" is "$status" 3
  check "one line" one_line "$err"
  check "with the command" holds "$err" "as root run: apt-get install --no-install-recommends clang-19 "
  check "nothing done" not_called "^apt-get\|^ninja"
}

test_sudo_wants_a_password_without_terminal() {
  make_sudo 1
  ordinary_user
  run_mls quickstart
  check "infrastructure" is "$status" 3
  check "one line" one_line "$err"
  check "nothing done" not_called "^apt-get\|^ninja"
}

test_no_network() {
  touch "$STATE/offline"
  run_mls selftest
  check "infrastructure" is "$status" 3
  check "one line after the announcement" is "$(wc -l <"$STATE/stderr")" 2
  check "with the command" holds "$err" "run: apt-get install --no-install-recommends clang-19 "
  check "not begun" is "$(<"$STATE/installed")" ""
  rm "$STATE/offline"
  run_mls tasks
  check "later it works" is "$out" "program: tasks"
}

test_only_what_is_missing() {
  run_mls tasks
  sed -i '/^bubblewrap$/d' "$STATE/installed"
  : >"$STATE/calls"
  touch "$TREE/src"
  run_mls tasks
  check "is installed" called "no-install-recommends bubblewrap$"
}

test_broken_installation_is_named() {
  touch "$STATE/apt_breaks"
  run_mls tasks
  check "infrastructure" is "$status" 3
  check "named" holds "$err" "could not install everything"
  check "not built" not_called ^ninja
}

test_npm_from_elsewhere_suffices() {
  run_mls tasks
  check "not installed" not_called " npm"
  fresh_machine
  rm "$STATE/bin/npm"
  run_mls tasks
  check "else it is" called " npm$"
}

test_packages_left_to_the_user() {
  MLS_NO_INSTALL=1 run_mls tasks
  check "runs" is "$out" "program: tasks"
  check "without asking dpkg" not_called dpkg-query
}

test_compile_error() {
  touch "$STATE/compile_error"
  run_mls tasks
  check "infrastructure" is "$status" 3
  check "the compiler's words" holds "$err" "a.cpp:1:1: error: no such thing"
  check "the log" holds "$err" "$TREE/build/release/build.log"
  check "not run" is "$out" ""
  rm "$STATE/compile_error"
  run_mls tasks
  check "mended" is "$out" "program: tasks"
}

test_moved_tree_is_configured_anew() {
  run_mls tasks
  mv "$TREE" "$STATE/moved"
  export TREE=$STATE/moved
  run_mls tasks
  check "runs" is "$out" "program: tasks"
  check "said" holds "$err" "moved"
}

test_unwritable_tree() {
  touch "$TREE/build"
  MLS_NO_INSTALL=1 run_mls tasks
  check "infrastructure" is "$status" 3
  check "one line" one_line "$err"
  check "says what to do" holds "$err" "in a clone of your own"
}

test_two_at_once() {
  run_mls tasks
  touch "$STATE/slow" "$TREE/src/new.cpp"
  (run_mls tasks) &
  local other=$!
  run_mls tasks
  wait "$other"
  check "one after the other" not_called overlap
}

test_killed_build_is_resumed() {
  touch "$STATE/slow"
  PATH=$STATE/bin setsid "$TREE/mls" tasks >/dev/null 2>&1 </dev/null &
  local wrapper=$!
  wait_for_call started
  kill -9 "$wrapper"
  wait "$wrapper" 2>/dev/null
  rm "$STATE/slow"
  run_mls tasks
  check "the orphaned compiler keeps others out until it ends" not_called overlap
  check "built again" is "$(calls_of ^ninja)" 2
  check "runs" is "$out" "program: tasks"
}

test_interrupt() {
  touch "$STATE/slow"
  PATH=$STATE/bin setsid env --default-signal=INT "$TREE/mls" tasks >/dev/null 2>"$STATE/stderr" </dev/null &
  local wrapper=$!
  wait_for_call started
  kill -INT -- "-$wrapper"
  wait "$wrapper"
  status=$? out="" err=$(<"$STATE/stderr")
  check "exits 130" is "$status" 130
  check "no complaint about a failed build" is "${err/*failed*/failed}" "$err"
  rm "$STATE/slow"
  run_mls tasks
  check "runs afterwards" is "$out" "program: tasks"
}

test_selftest_totals() {
  run_mls selftest
  check "passes" is "$status" 0
  check "closing line" holds "$out" "3 passed, 1 failed, 1 skipped"
  CTEST_EXIT=8 run_mls selftest
  check "fails with ctest" is "$status" 1
  check "closing line all the same" holds "$out" "3 passed, 1 failed, 1 skipped"
  run_mls selftest --sanitize --tidy
  check "adds up both" holds "$out" "6 passed, 2 failed, 2 skipped"
  check "builds unit tests with sanitizers" called "^ninja -C $TREE/build/sanitize .*unit_tests mls-fuzz$"
  check "tidies" called "^ninja -C $TREE/build/tidy .*all$"
  run_mls selftest --fast
  check "wrong usage" is "$status" 2
}

test_help_installs_nothing() {
  run_mls help
  check "ok" is "$status" 0
  check "usage" holds "$out" "./mls quickstart"
  check "nothing done" is "$(<"$STATE/calls")" ""
}

for case_name in $(compgen -A function test_); do
  fresh_machine
  status="" out="" err=""
  "$case_name"
done
((failures == 0)) && printf 'all checks hold\n'
((failures == 0))
