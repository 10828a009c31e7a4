"""Reads a PDF back: its text by page, its structure, its outline."""

import subprocess
from collections.abc import Iterator
from functools import cached_property
from io import BytesIO
from typing import Any

import pikepdf
import pypdf


class ReadPdf:
    """A PDF as a reader, or a screen reader, meets it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.pike = pikepdf.open(BytesIO(data))

    @cached_property
    def pages(self) -> list[str]:
        """The text of every page as it follows in the file, white space as single spaces."""
        return [" ".join(page.split()) for page in self._texts()]

    def _texts(self) -> list[str]:
        if self.root.get("/Lang") == "ar":  # pdftotext turns round the words of a line
            return [page.extract_text() for page in pypdf.PdfReader(BytesIO(self.data)).pages]
        command = ("pdftotext", "-raw", "-enc", "UTF-8", "-", "-")  # four times as fast
        read = subprocess.run(command, input=self.data, capture_output=True, check=True).stdout.decode()
        return read.split("\f")[:-1]

    @property
    def text(self) -> str:
        """All text, white space as single spaces."""
        return " ".join(self.pages)

    @property
    def root(self) -> Any:
        """The catalogue."""
        return self.pike.Root

    def tags(self) -> Iterator[Any]:
        """Every element of the structure tree."""
        waiting = list(self.root.StructTreeRoot.K)
        while waiting:
            element = waiting.pop()
            if isinstance(element, pikepdf.Dictionary) and "/S" in element:
                yield element
                children = element.get("/K", [])
                waiting.extend(children if isinstance(children, pikepdf.Array) else [children])

    def outline(self) -> list[tuple[int, str, int]]:
        """Every bookmark as (level, title, number of its page), in order."""
        found: list[tuple[int, str, int]] = []
        numbers = {page.obj.objgen: number for number, page in enumerate(self.pike.pages, 1)}

        def walk(items: Any, level: int) -> None:
            for item in items:
                found.append((level, item.title, numbers[item.destination[0].objgen]))
                walk(item.children, level + 1)

        with self.pike.open_outline() as outline:
            walk(outline.root, 1)
        return found

    def fonts(self) -> set[str]:
        """Names of the fonts that are embedded; fails where one is not."""
        names = set()
        for thing in self.pike.objects:
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor":
                assert "/FontFile2" in thing or "/FontFile3" in thing, thing
                names.add(str(thing.FontName).partition("+")[2])
        return names
