#!/usr/bin/env bash
# Judges a change: `.bayplan/review.sh BASE`, where BASE is the revision that it goes into. It fails where somebody has to
# mend something new, and leaves review.json, review.md and review.html in .bayplan/out/ whatever it has found.
#
# Manifests are read as data: nothing of this repository is run but this file.
set -euo pipefail
base="${1:?name the revision that the change goes into}"
cd "$(dirname "$0")/.."
tree=__TREE__
out=.bayplan/out
mkdir -p "$out"
failed=0

# What was there on the day of `bayplan adopt` is known, and no error: see it with `bayplan check` alone.
known=(--baseline .bayplan/baseline.json)
bayplan check "$tree" "${known[@]}" || failed=1
[ -z "${GITLAB_CI:-}" ] || bayplan check "$tree" "${known[@]}" --format gitlab --fail-on never >"$out/codequality.json"

for form in json:json markdown:md html:html; do
  status=0
  bayplan review "$tree" --base "$base" --format "${form%:*}" --output "$out/review.${form#*:}" || status=$?
  [ "$status" -le 1 ] || exit "$status"
  [ "$status" -eq 0 ] || failed=1
done
[ -z "${GITHUB_STEP_SUMMARY:-}" ] || cat "$out/review.md" >>"$GITHUB_STEP_SUMMARY"
exit "$failed"
