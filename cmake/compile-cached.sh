#!/bin/sh
# Compiles through ccache with paths relative to the build folder, so that all clones share one cache: what CMake passes
# about precompiled headers is absolute, and ccache leaves arguments behind -Xclang as they are.
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
  set -- "$@" "$argument"
  count=$((count - 1))
done
# Precompiled headers are cached only when their time stamps and macros may be ignored.
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1
exec "$@"
