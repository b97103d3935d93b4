"""Free text: drug names (1.5), center B's procedures (1.4) and imaging conclusions (1.4)."""

from __future__ import annotations

from .terms import aliases

LATIN = set("abcdefghijklmnopqrstuvwxyz")

PROCEDURE_TERMS = {
    "肝动脉化疗栓塞": "TACE",
    "tace": "TACE",
    "肝动脉灌注化疗": "HAIC",
    "haic": "HAIC",
    "肝切除": "resection",
    "消融": "ablation",
    "放疗": "radiotherapy",
    "放射治疗": "radiotherapy",
    "肝移植": "transplant",
}

CONCLUSIONS = {"完全缓解": "CR", "部分缓解": "PR", "疾病稳定": "SD", "疾病进展": "PD"}
NEGATIONS = ("未", "非", "无", "不", "未见", "未达", "未达到", "没有", "无明显", "不考虑", "除外", "排除")


def agents_in(text: str) -> list[str]:
    """Agents whose aliases occur in a (cleaned) drug text, sorted; an alias's characters are used up."""
    lowered = text.lower()
    used = [False] * len(lowered)
    found: set[str] = set()
    for alias, agent in aliases():
        start = lowered.find(alias)
        while start >= 0:
            end = start + len(alias)
            if not any(used[start:end]) and _stands_alone(lowered, alias, start, end):
                used[start:end] = [True] * len(alias)
                found.add(agent)
                start = lowered.find(alias, end)
            else:
                start = lowered.find(alias, start + 1)
    return sorted(found)


def _stands_alone(text: str, alias: str, start: int, end: int) -> bool:
    """A Latin alias matches only with no Latin letter directly before or after it."""
    if not alias.isascii():
        return True
    before = text[start - 1] if start > 0 else ""
    after = text[end] if end < len(text) else ""
    return before not in LATIN and after not in LATIN


def procedures_in(text: str) -> list[str]:
    """Procedure types named in center B's free text, sorted."""
    lowered = text.lower()
    return sorted({kind for term, kind in PROCEDURE_TERMS.items() if term in lowered})


def stated_response(text: str) -> str | None:
    """The one distinct statement of a conclusion that no negation directly precedes, else None."""
    stated: set[str] = set()
    for term, response in CONCLUSIONS.items():
        start = text.find(term)
        while start >= 0:
            if not text[:start].endswith(NEGATIONS):
                stated.add(response)
            start = text.find(term, start + 1)
    return stated.pop() if len(stated) == 1 else None
