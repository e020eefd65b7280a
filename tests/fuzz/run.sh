#!/usr/bin/env bash
# Fuzzes one target, or all of them two at a time: tests/fuzz/run.sh TARGET|all [SECONDS]   (docs/fuzzing.md)
# Exit code 0: nothing found; 1: something was found, the input lies in the folder that is named; 2: wrong usage; 77: not built.
set -euo pipefail
here="$(cd "${BASH_SOURCE[0]%/*}" && pwd)"
build="${MLS_BUILD:-$here/../../build/sanitize}"
target="${1:-}"
seconds="${2:-60}"

if [[ -z $target || ! $seconds =~ ^[0-9]+$ ]]; then
  echo "usage: tests/fuzz/run.sh TARGET|all [SECONDS]; targets: $(cd "$here/seeds" && echo *)" >&2
  exit 2
fi
if [[ ! -x $build/bin/mls-fuzz ]]; then
  echo "$build/bin/mls-fuzz is not built: cmake --preset sanitize && ninja -C build/sanitize mls-fuzz" >&2
  exit 77
fi
if [[ $target == all ]]; then
  printf '%s\n' "$here"/seeds/* | xargs -n1 basename | xargs -P"${MLS_FUZZ_JOBS:-2}" -I{} "${BASH_SOURCE[0]}" {} "$seconds" && exit 0
  exit 1
fi
if [[ ! -d $here/seeds/$target ]]; then
  echo "no target '$target'; targets: $(cd "$here/seeds" && echo *)" >&2
  exit 2
fi

# What is found stays with the build: new inputs in corpus/, those that break something in findings/.
corpus="$build/corpus/$target"
findings="$build/findings/$target"
mkdir -p "$corpus" "$findings"
log="$findings/log"
# Readers of files get theirs in memory.
if [[ -z ${TMPDIR:-} && -w /dev/shm ]]; then export TMPDIR=/dev/shm; fi
options=(-max_total_time="$seconds" -max_len=131072 -timeout=20 -rss_limit_mb=1536 -malloc_limit_mb=512 -print_final_stats=1
  -artifact_prefix="$findings/")

if nice -n 10 "$build/bin/mls-fuzz" --target="$target" "${options[@]}" "$corpus" "$here/seeds/$target" >"$log" 2>&1; then
  runs="$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
  peak="$(sed -n 's/^stat::peak_rss_mb: *//p' "$log")"
  echo "$target: nothing found in $seconds s ($runs inputs, at most $peak MB)"
else
  tail -n 60 "$log" >&2
  echo "$target: found something; inputs and log in $findings" >&2
  exit 1
fi
