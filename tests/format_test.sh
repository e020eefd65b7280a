#!/usr/bin/env bash
# Sources are laid out by clang-format and scripts pass shellcheck. Exit code 77 (skipped) when a tool is not installed.
# Mend with: git ls-files '*.hpp' '*.cpp' | xargs clang-format-19 -i
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}/.."
command -v clang-format-19 >/dev/null && command -v shellcheck >/dev/null || exit 77

git ls-files -z '*.hpp' '*.cpp' | xargs -0 --no-run-if-empty clang-format-19 --dry-run -Werror
git ls-files -z '*.sh' mls .ci/run | xargs -0 shellcheck
