"""What can go wrong while landing: an error of the whole landing, or the refusal of one drop (specification 1.1)."""

from dataclasses import dataclass

from orchestration.landing import limits


class LandingError(Exception):
    """The landing cannot start or go on; the message is one line for the person who started it."""


class RawFolderError(LandingError):
    """The raw folder does not exist, is no folder, or holds the folder of no configured center."""


class ContractError(LandingError):
    """A contract file is unreadable or contradictory; the message names the file and the key."""


@dataclass(frozen=True)
class Problem:
    """One reason why a drop cannot be loaded.

    Attributes:
        code: Stable short code, for example `checksum_mismatch`.
        sentence: One sentence: what is wrong, in which file, and what to do. It names tables, columns and row numbers,
            never the content of a cell, the name of the drop or an exact date, because it is published.
        file_name: The file as listed in the manifest, for the reader of `hcc check`; restricted.
        is_lasting: False when the next attempt may succeed with the same files (a permission, a disk error), so the
            verdict must not be remembered.
    """

    code: str
    sentence: str
    file_name: str | None = None
    is_lasting: bool = True


class RefusalError(Exception):
    """Raised inside a reader or a check: the drop that holds this file is refused."""

    def __init__(self, code: str, sentence: str, *, file_name: str | None = None, is_lasting: bool = True) -> None:
        super().__init__(sentence)
        self.problem = Problem(code, sentence, file_name, is_lasting)

    def about(self, subject: str, file_name: str | None = None) -> "RefusalError":
        """The same refusal with its subject before the sentence: `cannot be read` -> `visits.csv cannot be read`."""
        problem = self.problem
        return RefusalError(
            problem.code, f"{subject} {problem.sentence}", file_name=file_name, is_lasting=problem.is_lasting
        )


def cell_too_large(where: str) -> RefusalError:
    """The refusal for a cell that nobody can have meant; the sentence lacks its subject."""
    largest = limits.LIMITS.cell_characters
    return RefusalError("too_large", f"has a cell of more than {largest} characters {where}; correct the export")
