#!/usr/bin/env bash
# Builds against a libtorch 2.x and runs the tests that need libtorch: tests/torch2.sh [VERSION]
#
# By hand, not in CI: it downloads 0.9 GB from PyPI by pip and the data packs, takes 4 GB of disk in build/torch2 and as long as a build does.
# Needs what ./mls installs, an x86-64 machine, and python3 with pip; nothing is installed. Of CUDA, which PyPI's wheels are
# linked with, two small libraries are loaded, without a device. Wheels are those of CPython 3.11, whichever python3 there is:
# only their C++ part is used. Not below /tmp, which is another one in a sandbox: hosts see the folders of their libraries.
# A second call downloads nothing and builds what has changed. MLS_JOBS limits parallel compilation.
set -euo pipefail
root=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
version=${1:-2.7.1}
# The CUDA libraries that this version asks for; another version may ask for others (the list of its wheel says which).
cuda=(nvidia-cuda-runtime-cu12==12.6.77 nvidia-cuda-cupti-cu12==12.6.80)
build=$root/build/torch2
wheels=$build/wheels-$version
site=$build/site-$version

fetch() {
  [[ -f $site/.complete ]] && return
  rm -rf "$site"
  mkdir -p "$wheels" "$site"
  python3 -m pip download --no-deps --dest "$wheels" --python-version 3.11 --only-binary=:all: \
    --platform manylinux_2_28_x86_64 --platform manylinux2014_x86_64 --platform manylinux_2_17_x86_64 "torch==$version" "${cuda[@]}"
  local wheel
  for wheel in "$wheels"/*.whl; do python3 -m zipfile -e "$wheel" "$site"; done
  rm -rf "$wheels"
  touch "$site/.complete"
}

fetch
export MLS_TORCH=$site/torch MLS_ROOT=$root MLS_BUILD=$build
# Its own, so that neither results nor hosts of another libtorch are looked through.
export MLS_HOME=${MLS_HOME:-$build/home}
cmake -S "$root" -B "$build" -G Ninja -DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE=-O2
nice ninja -C "$build" -j "${MLS_JOBS:-$(nproc)}" mls torch_science_test integration_test
"$build/bin/mls" packs fetch
OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 "$build/bin/torch_science_test" --gtest_brief=1
"$build/bin/integration_test" --gtest_brief=1 --gtest_filter='Torch*:TrainComponent*:TrainTraffic*'
printf 'libtorch %s at %s: all tests pass\n' "$version" "$(git -C "$root" describe --always --dirty)"
