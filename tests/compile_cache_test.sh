#!/usr/bin/env bash
# What a clone takes from the shared compile cache is of use when the clone that put it there is gone.
# Exit code 77 (skipped) when ccache or clang is not installed.
set -euo pipefail
root=$(cd -P -- "${BASH_SOURCE[0]%/*}/.." && pwd)
ccache=$(command -v ccache) && compiler=$(command -v clang++-19) || exit 77

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
export CCACHE_DIR=$place/cache

make_clone() {
  local clone=$1
  mkdir -p "$clone/build/release"
  cp -r "$root/cmake" "$clone"
  echo 'inline int one() { return 1; }' >"$clone/one.hpp"
  echo '#include "../../one.hpp"' >"$clone/build/release/all.hxx"
  : >"$clone/build/release/all.hxx.cxx"
  echo 'int main() { return one() - 1; }' >"$clone/main.cpp"
}

# compile CLONE ARGUMENT ..., as CMake does it
compile() (
  cd "$1/build/release"
  "$1/cmake/compile-cached.sh" "$1" "$ccache" "$compiler" -Werror -Xclang -fno-pch-timestamp \
    -Xclang -relocatable-pch "-isysroot$1" "${@:2}"
)

compile_header() {
  compile "$1" -Xclang -emit-pch -Xclang -include -Xclang "$1/build/release/all.hxx" -x c++-header \
    -o all.hxx.pch -c "$1/build/release/all.hxx.cxx"
}

hits() { ccache --print-stats | awk '$1 == "direct_cache_hit" || $1 == "preprocessed_cache_hit" { sum += $2 } END { print sum }'; }

first=$place/first second="$place/the second"
make_clone "$first"
compile_header "$first"
rm -r "$first"
make_clone "$second"
compile_header "$second"
if (($(hits) != 1)); then
  echo "the second clone compiled the header again: $(hits) hits, expected 1" >&2
  exit 1
fi
compile "$second" -Xclang -include-pch -Xclang all.hxx.pch -c "$second/main.cpp" -o main.o
