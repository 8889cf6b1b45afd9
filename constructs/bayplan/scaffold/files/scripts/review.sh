#!/usr/bin/env bash
# Judges a change: `.bayplan/review.sh BASE`, where BASE is the revision that it goes into. It fails where somebody has to
# mend something, and leaves review.json, review.md and review.html in .bayplan/out/ whatever it has found.
#
# An app in Python is code of whoever wrote the change: run this where no secret is and nothing may be written.
# BAYPLAN_SANDBOX= (empty) does without the sandbox, for a kernel that has none, and only on a machine that is thrown away.
set -euo pipefail
base="${1:?name the revision that the change goes into}"
cd "$(dirname "$0")/.."
out=.bayplan/out
mkdir -p "$out"
read -ra sandbox <<<"${BAYPLAN_SANDBOX---sandbox}"
failed=0

# Never a new plan: a plan that does not fit any more is answered here, with what to do. 1 are findings, told again below.
status=0
bayplan synth --locked --allow-deletions "${sandbox[@]}" || status=$?
[ "$status" -le 1 ] || exit "$status"

# Who commits dist/ with a change commits what bayplan writes, and never an edit by hand. Who leaves dist/ alone is well,
# too: main renders it.
if ! git diff --quiet "$base" HEAD -- dist && [ -n "$(git status --porcelain -- dist)" ]; then
  echo "dist/ is not what apps/ and clusters/ say. Run bayplan synth, and commit what it writes:" >&2
  git status --short -- dist | head -n 20 >&2
  failed=1
fi

bayplan check || failed=1
[ -z "${GITLAB_CI:-}" ] || bayplan check --format gitlab --fail-on never >"$out/codequality.json"

for form in json:json markdown:md html:html; do
  status=0
  bayplan review --base "$base" --format "${form%:*}" --output "$out/review.${form#*:}" || status=$?
  [ "$status" -le 1 ] || exit "$status"
  [ "$status" -eq 0 ] || failed=1
done
[ -z "${GITHUB_STEP_SUMMARY:-}" ] || cat "$out/review.md" >>"$GITHUB_STEP_SUMMARY"
exit "$failed"
