#!/bin/sh
# Runs a compilation so that the paths within a precompiled header are relative to the clone. Clang records them absolute,
# and a clone that got the header from the shared cache would look for the files of the clone that made it. Run by ccache
# (compile-cached.sh) behind its cache: the clone's own folder must not be part of what it looks up.
# usage: relocatable-pch.sh COMPILER ARGUMENT ...; MLS_CLONE: the clone's folder, without links
set -eu
compiler=$1
shift
case $compiler in
  *clang*) exec "$compiler" -isysroot "$MLS_CLONE" "$@" ;;
  *) exec "$compiler" "$@" ;;
esac
