"""What a delivered file may ask of this machine: operational parameters of the landing (specification 1.1, 2).

They are far beyond what a hospital delivers and exist so that a damaged or hostile file ends in a refusal that names
the file and the limit, in bounded memory and time. A size alone is no reason: hundreds of megabytes of csv are read in
small batches. A drop that was refused for a limit is read again as soon as the limits change.
"""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class ReadingLimits:
    """Values with their units.

    Attributes:
        cell_characters: Longest cell, before and after NFKC.
        record_characters: Longest csv record, line breaks in quotes included.
        columns: Most columns of a header; as many as a spreadsheet can have.
        unpacked_bytes, unpacked_ratio: A container may unpack to the first in any case, beyond it to so many times its
            size.
        text_bytes: The same in any case for the text of all cells of a typed container, where one stored value may
            stand in millions of cells; beyond it `unpacked_ratio` holds as well.
        archive_parts: Most parts of an xlsx archive.
        reader_memory_bytes, reader_seconds: Address space and processor time of the process that reads one Parquet or
            xlsx file.
        manifest_bytes, manifest_files: Size of a manifest and number of files it lists.
    """

    cell_characters: int = 16 * MEBIBYTE
    record_characters: int = 32 * MEBIBYTE
    columns: int = 16_384
    unpacked_bytes: int = 256 * MEBIBYTE
    unpacked_ratio: int = 200
    text_bytes: int = 1024 * MEBIBYTE
    archive_parts: int = 10_000
    reader_memory_bytes: int = 4096 * MEBIBYTE
    reader_seconds: int = 3600
    manifest_bytes: int = 8 * MEBIBYTE
    manifest_files: int = 10_000


LIMITS = ReadingLimits()
