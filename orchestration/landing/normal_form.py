"""NFKC of any text in bounded time and memory (specification 1.1).

Python puts combining marks in their order by insertion: a run of n of them costs n * n steps, and ten megabytes of
them hours. And one character can become eighteen. Both are met only in texts that nobody meant.
"""

import functools
import re
import sys
import unicodedata
from collections import Counter

from orchestration.landing import limits
from orchestration.landing.errors import cell_too_large

_SHORT = 200  # characters: shorter texts cost little whatever they hold
_LONG_RUN = 64  # marks in a row; no writing system needs as many
_LARGEST_EXPANSION = 18  # characters that one character can become (U+FDFA)


def normalise(text: str) -> str:
    """The NFKC of a text.

    Raises:
        RefusalError: It would be longer than a cell may be; the sentence lacks its subject.
    """
    if len(text) <= _SHORT or text.isascii():
        return unicodedata.normalize("NFKC", text)
    if len(text) * _LARGEST_EXPANSION > limits.LIMITS.cell_characters:
        _check_length(text)
    return unicodedata.normalize("NFKC", _long_run().sub(lambda run: _in_order(run.group()), text))


def _check_length(text: str) -> None:
    """Composing only shortens, so the sum over the characters is the most that the text can become."""
    longest = sum(count * len(unicodedata.normalize("NFKC", character)) for character, count in Counter(text).items())
    if longest > limits.LIMITS.cell_characters:
        raise cell_too_large("after NFKC")


def _in_order(marks: str) -> str:
    """Combining marks decomposed and in canonical order: an equivalent text, which is then sorted in one pass."""
    forms = {mark: unicodedata.normalize("NFKD", mark) for mark in set(marks)}
    return "".join(sorted("".join(forms[mark] for mark in marks), key=unicodedata.combining))


@functools.cache
def _long_run() -> re.Pattern[str]:
    """Many characters in a row that are combining marks, or decompose to nothing else."""
    marks = (chr(code) for code in range(0x300, sys.maxunicode + 1) if _is_mark(chr(code)))
    return re.compile(f"[{''.join(map(re.escape, marks))}]{{{_LONG_RUN},}}")


def _is_mark(character: str) -> bool:
    return all(unicodedata.combining(part) > 0 for part in unicodedata.normalize("NFKD", character))
