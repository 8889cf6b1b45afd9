"""Findings of every sort, with text that wants to break out of every form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bayplan.manifests.ref import Ref
from bayplan.report.findings.told import Told
from bayplan.validation.finding import Confidence, Finding, Severity, Status
from bayplan.validation.waivers import Waived

if TYPE_CHECKING:
    from pathlib import Path

EVIL = "\x1b[31m]]>|<b>&%0A,:: \u202e`x` @all [y](http://z) \x00\x85\ud800 </testcase>\r\nnext | line"
WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: chat}
spec:
  selector: {matchLabels: {app: web}}
"""


def finding(number: int = 0, message: str = "selects nothing", **more: object) -> Finding:
    said: dict[str, object] = {
        "file": "a/web.yaml",
        "line": 5,
        "rule": "NET001",
        "severity": Severity.DOWN,
        "ref": Ref("apps", "Deployment", "chat", f"web{number or ''}"),
        "pointer": "/spec/selector",
        "message": message,
        "fix": "mend it",
        "origin": "a/web.yaml#L1",
    }
    return Finding(**(said | more))  # type: ignore[arg-type]


MIXED = (
    finding(),
    finding(),  # the same again: a fault may be there twice
    finding(1, EVIL, rule="REF002", severity=Severity.SYNC),
    finding(2, "perhaps", status=Status.UNKNOWN, confidence=Confidence.LOW),
    finding(3, "the rule itself failed", status=Status.ERROR, severity=Severity.RISK),
    finding(4, "gone", file="b c/ü%.yaml", line=0, ref=Ref("", "", "", ""), pointer="", rule="YML001"),
    finding(5, "lost", severity=Severity.LOSS, rule="ABC999"),
)


def told(root: Path | None = None, findings: tuple[Finding, ...] = MIXED, **more: object) -> Told:
    if root is not None:
        (root / "a").mkdir(exist_ok=True)
        (root / "a" / "web.yaml").write_text(WEB)
    return Told(findings=findings, root=root, **more)  # type: ignore[arg-type]


def accepted() -> Waived:
    return Waived(finding(9), "comes later", "2031-01-31")
