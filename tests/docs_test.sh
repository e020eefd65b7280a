#!/usr/bin/env bash
# Every relative link in the documentation leads somewhere, every page is in the index docs/README.md, and how to add a task
# fits on one printed page.
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}/.."
status=0

complain() {
  printf '%s\n' "$*" >&2
  status=1
}

for page in README.md docs/*.md; do
  # shellcheck disable=SC2016 # the backticks are Markdown
  while read -r link; do
    [[ -e ${page%/*}/$link || (${page} == README.md && -e $link) ]] || complain "$page: broken link: $link"
  done < <(sed '/^```/,/^```/d' "$page" | grep -o ']([^)]*)' | sed -e 's/^](//' -e 's/[#)].*//' | grep -v -e '^http' -e '^$')
done
for page in docs/*.md; do
  [[ $page == docs/README.md ]] || grep -qF "(${page#docs/})" docs/README.md || complain "$page: not in docs/README.md"
done
if (($(wc -l <docs/adding-a-task.md) > 62 || $(wc -w <docs/adding-a-task.md) > 650)); then
  complain "docs/adding-a-task.md: more than one printed page (62 lines, 650 words); details belong in docs/protocols.md"
fi
exit "$status"
