#!/usr/bin/env bash
# What a merge is followed by: `.bayplan/commit.sh BRANCH` plans and renders, and commits plan.lock and dist/ where they
# have changed. Where somebody else has pushed meanwhile, it renders again from what they pushed: nothing is merged by hand.
#
# BAYPLAN_PUSH_TOKEN is what to push with, and no app ever sees it; without it git finds its own way. The branch must let
# that token push. BAYPLAN_SANDBOX= (empty) does without the sandbox, for a kernel that has none.
set -euo pipefail
branch="${1:?name the branch to push to}"
cd "$(dirname "$0")/.."
export BAYPLAN_PUSH_USER="${BAYPLAN_PUSH_USER:-x-access-token}"
read -ra sandbox <<<"${BAYPLAN_SANDBOX---sandbox}"
identity=(-c "user.name=${BAYPLAN_AUTHOR:-bayplan}" -c "user.email=${BAYPLAN_EMAIL:-bayplan@noreply.invalid}")

remote() { # git with the token, which stands in no file and on no command line
  if [ -n "${BAYPLAN_PUSH_TOKEN:-}" ]; then
    # shellcheck disable=SC2016 # git's own shell fills it in
    git -c credential.helper= -c credential.helper='!f() { [ "$1" != get ] ||
      printf "username=%s\npassword=%s\n" "$BAYPLAN_PUSH_USER" "$BAYPLAN_PUSH_TOKEN"; }; f' "$@"
  else
    git "$@"
  fi
}

for _ in 1 2 3 4 5; do
  from="$(git rev-parse HEAD)"
  # deletions were reviewed; findings stop us, and then main stays as it is
  env -u BAYPLAN_PUSH_TOKEN bayplan synth --allow-deletions "${sandbox[@]}"
  git add --all -- dist 'clusters/*/plan.lock'
  if git diff --cached --quiet; then
    echo "dist/ is what apps/ and clusters/ say: nothing to commit"
    exit 0
  fi
  git "${identity[@]}" commit --quiet --message "Render dist/ from $(git rev-parse --short=12 HEAD)"
  if remote push --quiet origin "HEAD:refs/heads/$branch"; then
    git --no-pager show --stat --oneline HEAD | tail -n 1
    exit 0
  fi
  remote fetch --quiet --depth 1 origin "$branch"
  if [ "$(git rev-parse FETCH_HEAD)" = "$from" ]; then
    echo "$branch does not let us push: let this token pass the branch's protection, or commit dist/ in pull requests" >&2
    exit 1
  fi
  echo "somebody else has pushed to $branch: rendering again from what is there now"
  git reset --quiet --hard FETCH_HEAD
done
echo "$branch was pushed to five times meanwhile: run it again" >&2
exit 1
