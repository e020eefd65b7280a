#!/bin/sh
# Compiles through ccache with paths relative to the build folder, so that all clones share one cache: what CMake passes
# about precompiled headers is absolute, and ccache leaves arguments behind -Xclang as they are.
# Clang's precompiled headers name files relative to the clone (relocatable-pch.sh, which ccache runs for what it does not have).
# usage: compile-cached.sh SOURCE_FOLDER CCACHE COMPILER ARGUMENT ...
set -eu
root=$1
shift
# A build folder elsewhere shares nothing: it compiles as it is told.
MLS_CLONE=$(cd "$root" && pwd -P)
[ "$(cd ../.. && pwd -P)" = "$MLS_CLONE" ] || exec "$@"
count=$#
while [ "$count" -gt 0 ]; do
  argument=$1
  shift
  case $argument in
    "$PWD"/*) argument=${argument#"$PWD"/} ;;
    "$root"/*) argument=../../${argument#"$root"/} ;;
    "-I$root" | "-I$root"/*) argument=-I../..${argument#"-I$root"} ;;
  esac
  set -- "$@" "$argument"
  [ "$argument" != -emit-pch ] || set -- "$@" -Xclang -relocatable-pch
  count=$((count - 1))
done
# Precompiled headers are cached only when their time stamps and macros may be ignored.
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1
export MLS_CLONE CCACHE_PREFIX=relocatable-pch.sh CCACHE_PREFIX_CPP=relocatable-pch.sh CCACHE_PATH="$root/cmake:$PATH"
exec "$@"
