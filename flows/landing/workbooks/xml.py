"""Parts of a zipped workbook, read as a stream and never as a whole."""

from __future__ import annotations

import zipfile
from xml.parsers import expat

CHUNK = 1 << 20


class NotXml(ValueError):
    """A part that is no well-formed XML, or holds what no office program writes."""


class Xml:
    """What listens to a part: to its tags and its texts."""

    def start(self, tag: str, attributes: dict[str, str]) -> None: ...

    def end(self, tag: str) -> None: ...

    def text(self, text: str) -> None: ...

    def settle(self) -> None:
        """Judge what was read last."""

    def is_in_value(self) -> bool:
        """Whether what comes now belongs to a value."""
        return False


def stream(book: zipfile.ZipFile, part: str, reader: Xml) -> None:
    """Let a reader listen to a part. Raises NotXml, or KeyError where there is no such part."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse_type(*_: object) -> None:
        raise NotXml(f"{part} declares a document type, which a workbook has no use for")

    def refuse_oddity(*_: object) -> None:
        # Readers of workbooks take such a value for less than is written.
        if reader.is_in_value():
            raise NotXml(f"the workbook is damaged: {part} holds a comment or a CDATA section within a value")

    parser.StartDoctypeDeclHandler = refuse_type
    parser.CommentHandler = refuse_oddity
    parser.ProcessingInstructionHandler = refuse_oddity
    parser.StartCdataSectionHandler = refuse_oddity
    parser.StartElementHandler = reader.start
    if type(reader).end is not Xml.end:
        parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        with book.open(part) as handle:
            while chunk := handle.read(CHUNK):
                parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError) as error:  # the latter for an encoding that nobody knows
        if isinstance(error, KeyError):
            raise
        raise NotXml(f"the workbook is damaged in {part}: {error}") from error
    except ValueError as error:
        if "encoding" not in str(error):
            raise
        raise NotXml(f"the workbook is damaged in {part}: {error}") from error
    reader.settle()


class Elements(Xml):
    """The attributes of all elements of one tag."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.found: list[dict[str, str]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == self.tag:
            self.found.append(attributes)
