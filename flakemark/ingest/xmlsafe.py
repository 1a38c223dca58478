"""Parse XML that somebody else wrote: no DTD, no entities, no more than a capped number of bytes.

ElementTree's own parser expands internal entities and gives no hook to stop it (the C version hides its
expat parser), hence our own thin layer over expat. A caller may bring another parser (`Parse`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, NoReturn
from xml.etree.ElementTree import Element, ParseError, TreeBuilder
from xml.parsers import expat

MAX_BYTES = 50 * 1024 * 1024
# An element costs about 100 times the memory of its four bytes `<a/>`; this bounds the tree whichever parser builds it.
MAX_MARKUP = 3_000_000
CHUNK = 64 * 1024

Parse = Callable[[BinaryIO], Element]


class XmlForbidden(ValueError):
    """The document uses a DTD, an entity or an external reference."""


class TooLarge(Exception):
    """The document is over a cap; the message says which."""


class CappedReader:
    """A binary file that refuses to be read beyond the caps.

    Args:
        file: the opened file.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._bytes = 0
        self._markup = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, at most `size` and never more than one above the cap.

        Raises:
            TooLarge: when more bytes or more markup than allowed have been read.
        """
        room = MAX_BYTES + 1 - self._bytes
        chunk = self._file.read(room if size < 0 else min(size, room))
        self._bytes += len(chunk)
        self._markup += chunk.count(b"<")
        if self._bytes > MAX_BYTES:
            raise TooLarge(f"is larger than {MAX_BYTES // 1024 // 1024} MB")
        if self._markup > MAX_MARKUP:
            raise TooLarge(f"holds more than {MAX_MARKUP} tags")
        return chunk


def safe_parse(file: BinaryIO) -> Element:
    """Parse an XML document into its root element, refusing DTDs, entities and external references.

    Args:
        file: an opened binary file.

    Raises:
        XmlForbidden: if the document declares a DTD or an entity.
        xml.etree.ElementTree.ParseError: if it is not well-formed; `code` and `position` as ElementTree sets them.
    """
    builder = TreeBuilder()
    parser = _parser(builder)
    try:
        while chunk := file.read(CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise _parse_error(error) from None
    return builder.close()


def _parser(builder: TreeBuilder) -> expat.XMLParserType:
    parser = expat.ParserCreate(None, "}")
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, attributes: builder.start(_qualified(tag), {_qualified(k): v for k, v in attributes.items()})
    parser.EndElementHandler = lambda tag: builder.end(_qualified(tag))
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.UnparsedEntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    return parser


def _refuse(*_: object) -> NoReturn:
    raise XmlForbidden("DTD or entity")


def _qualified(name: str) -> str:
    return "{" + name if "}" in name else name


def _parse_error(error: expat.ExpatError) -> ParseError:
    found = ParseError(str(error))
    found.code = error.code
    found.position = error.lineno, error.offset
    return found
