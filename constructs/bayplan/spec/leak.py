"""Texts that are secrets, by their form or by their name.

The forms are those that their makers publish, so that scanners find them:
<https://docs.github.com/en/code-security/reference/secret-security/supported-secret-scanning-patterns>
"""

from __future__ import annotations

import re

_FORMS = (
    (r"-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----", "a private key"),
    (r"\b(AKIA|ASIA)[0-9A-Z]{16}\b", "an access key of AWS"),
    (r"\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,})", "a token of GitHub"),
    (r"\bglpat-[A-Za-z0-9_-]{20,}", "a token of GitLab"),
    (r"\bxox[abeprs]-[A-Za-z0-9-]{20,}", "a token of Slack"),
    (r"\bhf_[A-Za-z0-9]{30,}", "a token of Hugging Face"),
    (r"\bsk-(ant-|proj-)?[A-Za-z0-9_-]{32,}", "an API key"),
    (r"\bAIza[A-Za-z0-9_-]{35}\b", "an API key of Google"),
    (r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}", "a signed token"),
    (r"\b[a-z][a-z0-9+.-]*://[^\s/:@$]*:[^\s/:@$(){}<>*]+@[^\s/]", "an address with a password"),
)
_NAME = re.compile(
    r"(^|[_.-])(password|passwd|secret|token|api_?key|access_?key|private_?key|credentials?)$", re.IGNORECASE
)
_NO_SECRET = re.compile(
    r"|true|false|none|null|[0-9]{1,5}|/.*|[a-z][a-z0-9+.-]*://.*|.*\$.*", re.IGNORECASE | re.DOTALL
)
"""Values of settings that are called like secrets and are none: switches, numbers, paths, addresses, references."""


def leak_in(text: str) -> str:
    """Which secret a text holds, in words; "" for none that has a known form."""
    return next((what for form, what in _FORMS if re.search(form, text)), "")


def is_called_secret(name: str, value: str) -> bool:
    """Whether a setting is called like a secret, and may be one."""
    return bool(_NAME.search(name)) and not _NO_SECRET.fullmatch(value)
