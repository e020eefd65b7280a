#!/bin/sh
# Compiles through ccache with paths relative to the build folder, so that all clones share one cache: what CMake passes
# about precompiled headers is absolute, and ccache leaves arguments behind -Xclang as they are.
# Clang's precompiled headers name files relative to -isysroot, which is the clone (MlsTargets.cmake) and must not be part of what
# ccache looks up: located.sh adds it again for what has to be compiled.
# usage: compile-cached.sh SOURCE_FOLDER CCACHE COMPILER ARGUMENT ...
set -eu
root=$1
shift
# A build folder elsewhere shares nothing: it compiles as it is told.
[ "$(cd ../.. && pwd -P)" = "$(cd "$root" && pwd -P)" ] || exec "$@"
count=$#
while [ "$count" -gt 0 ]; do
  argument=$1
  shift
  case $argument in
    "$PWD"/*) argument=${argument#"$PWD"/} ;;
    "$root"/*) argument=../../${argument#"$root"/} ;;
    "-I$root" | "-I$root"/*) argument=-I../..${argument#"-I$root"} ;;
  esac
  [ "$argument" = "-isysroot$root" ] || set -- "$@" "$argument"
  count=$((count - 1))
done
# Precompiled headers are cached only when their time stamps and macros may be ignored.
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1
export MLS_CLONE="$root" CCACHE_PREFIX=located.sh CCACHE_PREFIX_CPP=located.sh CCACHE_PATH="$root/cmake:$PATH"
exec "$@"
