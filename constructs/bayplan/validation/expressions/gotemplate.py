"""Go templates: what Go's parser refuses, and nothing that it accepts.

The grammar is that of `text/template/parse`: blocks and their ends, pipelines, variables that must be declared before
they are used, and functions where it is known which there are.

Source: <https://pkg.go.dev/text/template>
"""

from __future__ import annotations

from functools import lru_cache

from bayplan.validation.expressions.gotemplate_parser import Parser
from bayplan.validation.expressions.gotemplate_pipelines import TooDeepError
from bayplan.validation.expressions.gotemplate_words import TemplateError, words_of

PROMETHEUS = frozenset(
    {
        "args", "externalURL", "first", "graphLink", "humanize", "humanize1024", "humanizeDuration",
        "humanizePercentage", "humanizeTimestamp", "label", "match", "now", "parseDuration", "pathPrefix", "query",
        "reReplaceAll", "safeHtml", "sortByLabel", "stripDomain", "stripPort", "strvalue", "tableLink", "title",
        "tmpl", "toDuration", "toLower", "toTime", "toUpper", "urlQueryEscape", "value",
    }
)  # fmt: skip
"""Functions of alerting rules, beside Go's own."""
PROMETHEUS_VARIABLES = ("$externalLabels", "$externalURL", "$labels", "$value")


@lru_cache(maxsize=4096)
def fault(text: str, *, functions: frozenset[str] | None = None, variables: tuple[str, ...] = ()) -> str:
    """Why Go refuses a template; "" if it does not. Without `functions` any function may exist."""
    if "{{" not in text:
        return ""
    try:
        Parser(list(words_of(text)), functions, variables).parse()
    except TemplateError as error:
        return str(error)
    except TooDeepError:
        return ""
    return ""
