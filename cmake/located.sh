#!/bin/sh
# Compiles as it is told, and tells clang which folder is the clone. Run by ccache (compile-cached.sh), which would make the path
# relative if it were told.
# usage: located.sh COMPILER ARGUMENT ...; MLS_CLONE: the clone's folder
set -eu
compiler=$1
shift
case $compiler in
  *clang*) exec "$compiler" "-isysroot$MLS_CLONE" "$@" ;;
  *) exec "$compiler" "$@" ;;
esac
