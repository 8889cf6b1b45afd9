#!/usr/bin/env bash
# Publishes what is committed below dist/ as an OCI artifact for Flux, and signs it by its digest:
# `.bayplan/publish.sh REGISTRY/OWNER/NAME TAG`. Needs flux, cosign and jq, and a registry that cosign has logged in to.
#
# The tag moves only when the signature is there, so that a cluster that verifies never meets one without. Nothing of this
# repository is run but this file. It prints the digest, and tells it to later steps as `digest`.
set -euo pipefail
image="${1:?name the place: REGISTRY/OWNER/NAME}"
tag="${2:?name the tag that clusters follow}"
cd "$(dirname "$0")/.."
commit="$(git rev-parse HEAD)"
stage="$(mktemp -d)"
trap 'rm -rf "$stage"' EXIT

git archive HEAD dist | tar -x -C "$stage" # what is committed and nothing else; paths stay ./dist/<cluster>/...
flux push artifact "oci://$image:${commit:0:12}" --path "$stage" --reproducible --output json \
  --source "$(git config --get remote.origin.url)" --revision "$tag@sha1:$commit" >"$stage/pushed.json"
digest="$(jq -er .digest "$stage/pushed.json")"
cosign sign --yes "$image@$digest"
flux tag artifact "oci://$image:${commit:0:12}" --tag "$tag"
echo "$image@$digest"
[ -z "${GITHUB_OUTPUT:-}" ] || echo "digest=$digest" >>"$GITHUB_OUTPUT"
