"""JobSet refuses a set of jobs that contradicts itself.

Its webhook turns the object down, and Flux applies nothing of its Kustomization: names of jobs that the set does not
have, a job that waits for a later one, a coordinator that is no pod of the set, names that are too long once the
numbers of jobs and pods stand behind them. Name jobs of the set, and keep names short: the set's, the job's, both
numbers and five letters make the name of a pod, of 63 characters at the most.

Source: <https://jobset.sigs.k8s.io/docs/reference/jobset.v1alpha2/>,
<https://github.com/kubernetes-sigs/jobset/blob/v0.12.0/pkg/webhooks/jobset_webhook.go>
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bayplan.validation.fields import is_variable, mapping_at, mappings_at, text_at, whole_at, words_at
from bayplan.validation.finding import Severity, Status
from bayplan.validation.rule import Hit, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bayplan.manifests.manifest import Manifest
    from bayplan.validation.world import World

    Body = dict[str, Any]
    Jobs = dict[str, Body]

BAD = """
apiVersion: jobset.x-k8s.io/v1alpha2
kind: JobSet
metadata: {name: train, namespace: train}
spec:
  successPolicy: {operator: All, targetReplicatedJobs: [leader]}
  replicatedJobs:
    - name: chief
      template:
        spec:
          template:
            spec:
              containers: [{name: train, image: "registry.example.com/train@sha256:0"}]
"""
GOOD = BAD.replace("[leader]", "[chief]")
LONGEST = 63
LABEL = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
"""A name of DNS by RFC 1035."""
RULE_NAME = re.compile(r"[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?")
PATH = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?/[A-Za-z0-9/_.~!$&'()*+,;=:@%-]+")
REASONS = ("BackoffLimitExceeded", "DeadlineExceeded", "FailedIndexes", "MaxFailedIndexesExceeded", "PodFailurePolicy")
GATED = {"RestartJob": "RestartJob", "RestartJobAndIgnoreMaxRestarts": "RestartJob", "InPlaceRestart": "InPlaceRestart"}
"""Words that take a feature gate of JobSet, which is off by default."""


@rule(
    "WRK030",
    severity=Severity.SYNC,
    rows=("W3",),
    kinds=("JobSet.jobset.x-k8s.io",),
    fix="name jobs that the set has, and keep to what its webhook takes",
)
def job_set_is_refused(job_set: Manifest, _: World) -> Iterator[Hit]:
    """Judge what each job is called and waits for, and whom the policies name."""
    spec, name = mapping_at(job_set.body, "spec"), job_set.ref.name
    jobs = {text_at(job, "name"): job for _, job in mappings_at(spec, "replicatedJobs")}
    yield from _jobs(spec, name)
    if not any(map(is_variable, jobs)):
        for place, said in _named(spec):
            if said not in jobs and not is_variable(said):
                yield Hit(place, f"names the job {said}; the set has {', '.join(jobs)}")
        yield from _coordinator(spec, name, jobs)
    yield from _policy(mapping_at(spec, "failurePolicy"))
    yield from _network(spec)
    yield from _claims(spec, name)


def _named(spec: Body) -> Iterator[tuple[str, str]]:
    """Every place where policies name a job of the set."""
    for index, said in enumerate(words_at(spec, "successPolicy", "targetReplicatedJobs")):
        yield f"/spec/successPolicy/targetReplicatedJobs/{index}", said
    for number, each in mappings_at(spec, "failurePolicy", "rules"):
        for index, said in enumerate(words_at(each, "targetReplicatedJobs")):
            yield f"/spec/failurePolicy/rules/{number}/targetReplicatedJobs/{index}", said
    if said := text_at(spec, "coordinator", "replicatedJob"):
        yield "/spec/coordinator/replicatedJob", said


def _jobs(spec: Body, name: str) -> Iterator[Hit]:
    before: list[str] = []
    for number, job in mappings_at(spec, "replicatedJobs"):
        at, called = f"/spec/replicatedJobs/{number}", text_at(job, "name")
        for index, other in mappings_at(job, "dependsOn"):
            said, place = text_at(other, "name"), f"{at}/dependsOn/{index}/name"
            if said and said not in before and not is_variable(said):
                there = f"only {', '.join(before)} stand before it" if before else "it is the first of the set"
                yield Hit(place, f"{called} waits for {said}, but {there}")
        before.append(called)
        group = text_at(job, "groupName")
        if group and not is_variable(group) and not _is_label(group):
            yield Hit(f"{at}/groupName", f"{group} is no name of small letters, digits and hyphens, a letter first")
        yield from _names(job, name, at)
        most = (whole_at(job, "replicas") or 1) * (whole_at(job, "template", "spec", "parallelism") or 1)
        if most > 2**31 - 1:
            yield Hit(f"{at}/replicas", f"{most} pods at once are more than can be counted")
        if text_at(job, "template", "spec", "template", "spec", "restartPolicy") == "Always":
            place = f"{at}/template/spec/template/spec/restartPolicy"
            yield Hit(place, "the pods of a Job must restart OnFailure or Never, not Always: none is ever made")


def _names(job: Body, name: str, at: str) -> Iterator[Hit]:
    """The longest names of jobs and pods, by `GenJobName` and `GenPodName`; none where the set is named when made."""
    called, replicas = text_at(job, "name"), whole_at(job, "replicas")
    if not (name and called) or is_variable(name) or is_variable(called) or replicas == 0:
        return
    longest = what = f"{name}-{called}-{(replicas or 1) - 1}"
    completions = whole_at(job, "template", "spec", "completions")
    if completions and text_at(job, "template", "spec", "completionMode") != "NonIndexed":
        longest = f"{what}-{completions - 1}-abcde"
    if len(longest) > LONGEST:
        message = f"a pod or a job would be called {longest}, of {len(longest)} characters; {LONGEST} are possible"
        yield Hit(f"{at}/name", message)
    elif not _is_label(what):
        yield Hit(f"{at}/name", f"a job would be called {what}: small letters, digits and hyphens, a letter first")


def _coordinator(spec: Body, job_set: str, jobs: Jobs) -> Iterator[Hit]:
    said = mapping_at(spec, "coordinator")
    name = text_at(said, "replicatedJob")
    job = jobs.get(name)
    if job is None:
        return
    replicas, index, pod = (whole_at(job, "replicas"), whole_at(said, "jobIndex"), whole_at(said, "podIndex"))
    if (index or 0) >= (1 if replicas is None else replicas):
        message = f"{name} has {1 if replicas is None else replicas} jobs, counted from 0"
        yield Hit("/spec/coordinator/jobIndex" if index else "/spec/coordinator", message)
    address = f"{job_set}-{name}-{index or 0}-{pod or 0}.{text_at(spec, 'network', 'subdomain') or job_set}"
    if len(address) > LONGEST and job_set and not is_variable(address):
        yield Hit("/spec/coordinator", f"its address {address} becomes a label, of {LONGEST} characters at the most")
    template = mapping_at(job, "template", "spec")
    completions = whole_at(template, "completions")
    if text_at(template, "completionMode") == "NonIndexed" or template.get("completions") is None:
        yield Hit("/spec/coordinator/replicatedJob", f"the jobs of {name} must be Indexed, with `completions`")
    elif completions is not None and (pod or 0) >= completions:
        yield Hit("/spec/coordinator/podIndex", f"a job of {name} has {completions} pods, counted from 0")


def _policy(policy: Body) -> Iterator[Hit]:
    strategy, seen = text_at(policy, "restartStrategy"), set[str]()
    if strategy in GATED:
        yield Hit("/spec/failurePolicy/restartStrategy", _gate(strategy), Status.UNKNOWN)
    for number, each in mappings_at(policy, "rules"):
        at, name, action = f"/spec/failurePolicy/rules/{number}", text_at(each, "name"), text_at(each, "action")
        if name and not is_variable(name) and not (RULE_NAME.fullmatch(name) and len(name) <= 128):
            message = f"{name} is no name of a rule: letters, digits, `_`, `,` and `:`, a letter first"
            yield Hit(f"{at}/name", message)
        if name and name in seen:
            yield Hit(f"{at}/name", f"two rules are called {name}")
        seen.add(name)
        if action in GATED:
            yield Hit(f"{at}/action", _gate(action), Status.UNKNOWN)
        for index, reason in enumerate(words_at(each, "onJobFailureReasons")):
            if reason not in REASONS and not is_variable(reason):
                yield Hit(
                    f"{at}/onJobFailureReasons/{index}", f"no job fails by {reason}; there are {', '.join(REASONS)}"
                )


def _gate(word: str) -> str:
    return f"{word} takes JobSet's feature gate {GATED[word]}, which is off by default"


def _network(spec: Body) -> Iterator[Hit]:
    subdomain, by = text_at(spec, "network", "subdomain"), text_at(spec, "managedBy")
    if subdomain and not is_variable(subdomain) and not (_is_label(subdomain) and len(subdomain) <= LONGEST):
        message = f"{subdomain} becomes a Service: small letters, digits and hyphens, a letter first, at most {LONGEST}"
        yield Hit("/spec/network/subdomain", message)
    if by and not is_variable(by) and not (PATH.fullmatch(by) and len(by) <= LONGEST):
        yield Hit("/spec/managedBy", f"{by} is no path with a domain, such as kueue.x-k8s.io/multikueue")


def _claims(spec: Body, name: str) -> Iterator[Hit]:
    """Volumes that the set makes: each is mounted by somebody, and no job has another of its name."""
    pods = [
        (number, mapping_at(job, "template", "spec", "template", "spec"))
        for number, job in mappings_at(spec, "replicatedJobs")
    ]
    mounted = {
        text_at(mount, "name")
        for _, pod in pods
        for part in ("initContainers", "containers")
        for _, container in mappings_at(pod, part)
        for _, mount in mappings_at(container, "volumeMounts")
    }
    for number, policy in mappings_at(spec, "volumeClaimPolicies"):
        for index, template in mappings_at(policy, "templates"):
            claim = text_at(template, "metadata", "name")
            at = f"/spec/volumeClaimPolicies/{number}/templates/{index}/metadata/name"
            if claim and not is_variable(claim) and claim not in mounted:
                yield Hit(at, f"no container mounts {claim}")
            elif claim and name and len(f"{claim}-{name}") > LONGEST:
                yield Hit(at, f"the claim would be called {claim}-{name}, {LONGEST} characters are possible")
            for job, pod in pods:
                for volume, one in mappings_at(pod, "volumes"):
                    if claim and text_at(one, "name") == claim:
                        place = f"/spec/replicatedJobs/{job}/template/spec/template/spec/volumes/{volume}/name"
                        yield Hit(place, f"volumeClaimPolicies have a volume of the name {claim}, too")


def _is_label(text: str) -> bool:
    return bool(LABEL.fullmatch(text))
