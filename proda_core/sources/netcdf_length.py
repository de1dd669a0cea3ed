"""Length of a classic NetCDF file as its header gives it: CDF-1, CDF-2 and CDF-5.

Layout of the header [NetCDF classic format specification, Unidata; CDF-5 of PnetCDF]: numbers are big
endian, counts have 8 bytes in CDF-5 and 4 before, offsets 4 bytes in CDF-1 only.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

MAGIC = {b"CDF\x01": 1, b"CDF\x02": 2, b"CDF\x05": 5}
BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 4, 6: 8, 7: 1, 8: 2, 9: 4, 10: 8, 11: 8}  # of a value, by nc_type
STREAMING = (2**32 - 1, 2**64 - 1)  # number of records that was not written


@dataclass(frozen=True)
class _Header:
    """Numbers of a header, read one after the other."""

    file: BinaryIO
    version: int

    def whole(self, bytes_: int) -> int:
        """Return an unsigned whole number of so many bytes."""
        return struct.unpack(">I" if bytes_ == 4 else ">Q", self.exactly(bytes_))[0]

    def count(self) -> int:
        """Return a count: 8 bytes in CDF-5, else 4."""
        return self.whole(8 if self.version == 5 else 4)

    def exactly(self, size: int) -> bytes:
        """Return the next bytes; raises EOFError where there are fewer."""
        part = self.file.read(size)
        if len(part) < size:
            raise EOFError(f"its header lacks {size} bytes")
        return part

    def text(self) -> None:
        """Pass over a name."""
        self.exactly(_padded(self.count()))

    def attributes(self) -> None:
        """Pass over a list of attributes."""
        for _ in self.items():
            self.text()
            size = BYTES[self.whole(4)]
            self.exactly(_padded(size * self.count()))

    def items(self) -> range:
        """Return the range of a list's items, after its tag."""
        self.whole(4)
        return range(self.count())


def least_length(file: BinaryIO) -> int:
    """Return the bytes a file must have to hold every value; 0 for other formats.

    Raises EOFError, KeyError or struct.error where the header itself is incomplete.
    """
    version = MAGIC.get(file.read(4))
    if version is None:
        return 0
    header = _Header(file, version)
    records = header.count()
    sizes = []
    for _ in header.items():
        header.text()
        sizes.append(header.count())
    header.attributes()
    variables = [_variable(header, sizes) for _ in header.items()]
    step = [_padded(size) for record, size, _ in variables if record]
    stride = sum(step) if len(step) > 1 else sum(size for record, size, _ in variables if record)
    known = 0 if records in STREAMING else records
    ends = [
        begin + (size if not record else (known - 1) * stride + size if known else 0)
        for record, size, begin in variables
    ]
    return max(ends, default=0)


def _variable(header: _Header, sizes: list[int]) -> tuple[bool, int, int]:
    """Whether a variable has records, its bytes (of one record), and where it begins."""
    header.text()
    shape = [sizes[header.count()] for _ in range(header.count())]
    header.attributes()
    bytes_ = BYTES[header.whole(4)]
    header.count()  # the size as stored, which overflows for large variables
    begin = header.whole(4 if header.version == 1 else 8)
    record = bool(shape) and shape[0] == 0
    for length in shape[1:] if record else shape:
        bytes_ *= length
    return record, bytes_, begin


def _padded(size: int) -> int:
    return -(-size // 4) * 4
