"""YAML files of the guide, read so that every fault can be told by file and line."""

import re
from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import yaml

KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class BrokenGuide(ValueError):
    """A file of the guide cannot be used: one clear sentence with file and line (no line where the file is missing)."""

    def __init__(self, file: str, line: int | None, reason: str) -> None:
        self.file = file
        self.line = line
        self.reason = reason
        super().__init__(f"{file}: {reason}" if line is None else f"{file}, line {line}: {reason}")


class _StrictLoader(yaml.CSafeLoader):
    """The safe loader, which also refuses a key written twice (YAML would silently keep the last)."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        mapping = super().construct_mapping(node, deep=deep)
        if len(mapping) < len(node.value):
            seen: set[str] = set()
            for key, _ in node.value:
                if key.value in seen:
                    raise yaml.MarkedYAMLError(
                        problem=f"the key '{key.value}' stands twice", problem_mark=key.start_mark
                    )
                seen.add(key.value)
        return mapping


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """The name and text of one file, kept to find the line of a fault."""

    name: str
    text: str

    def line_of(self, path: tuple[str | int, ...]) -> int:
        """Give the line (from 1) on which the value at this path begins; only called on a fault, so it may be slow."""
        node = yaml.compose(self.text, Loader=yaml.CSafeLoader)
        for step in path:
            if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
                node = node.value[step]
            elif isinstance(node, yaml.MappingNode):
                node = next(value for key, value in node.value if key.value == str(step))
        return int(node.start_mark.line) + 1 if node is not None else 1


@dataclass(frozen=True, slots=True)
class YamlNode:
    """One value of a file with its place; its methods refuse what is not of the kind asked for."""

    document: YamlDocument
    path: tuple[str | int, ...]
    value: object

    def refuse(self, reason: str) -> NoReturn:
        """Raise BrokenGuide with the file and line of this value."""
        raise BrokenGuide(self.document.name, self.document.line_of(self.path), reason)

    def need(self, ok: object, reason: str) -> None:
        """Refuse this value unless `ok`."""
        if not ok:
            self.refuse(reason)

    def fields(self, required: Collection[str], optional: Collection[str] = ()) -> Mapping[str, "YamlNode"]:
        """Give the fields of a mapping that has all required keys and no unknown one."""
        found = dict(self.entries())
        for key in required:
            self.need(key in found, f"the key '{key}' is missing")
        for key, node in found.items():
            node.need(key in required or key in optional, f"the key '{key}' is unknown here")
        return found

    def entries(self) -> Iterator[tuple[str, "YamlNode"]]:
        """Give each key of a mapping with its value; keys are text."""
        if not isinstance(self.value, dict):
            self.refuse("a mapping of keys and values is expected here")
        for key, value in self.value.items():
            if not isinstance(key, str):
                self.refuse(f"the key {key!r} is no text (put it in quotes)")
            yield key, YamlNode(self.document, (*self.path, key), value)

    def elements(self) -> Iterator["YamlNode"]:
        """Give each element of a list."""
        if not isinstance(self.value, list):
            self.refuse("a list is expected here")
        for position, value in enumerate(self.value):
            yield YamlNode(self.document, (*self.path, position), value)

    def text(self) -> str:
        """Give a text that is not empty."""
        if not isinstance(self.value, str) or not self.value.strip():
            self.refuse(f"a text is expected here, not {_shown(self.value)}")
        return self.value

    def kebab(self) -> str:
        """Give an id in kebab-case, such as "space-single"."""
        text = self.text()
        self.need(KEBAB.fullmatch(text), f"the id '{text}' is not in kebab-case (small letters, digits and hyphens)")
        return text

    def one_of(self, allowed: Collection[str], what: str) -> str:
        """Give a text that is one of `allowed`; `what` names the kind in the sentence ("no such <what>")."""
        text = self.text()
        self.need(text in allowed, f"there is no {what} '{text}'")
        return text

    def whole_number(self) -> int:
        """Give a whole number."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            self.refuse(f"a whole number is expected here, not {_shown(self.value)}")
        return self.value

    def number(self) -> float:
        """Give a whole or decimal number."""
        if not isinstance(self.value, (int, float)) or isinstance(self.value, bool):
            self.refuse(f"a number is expected here, not {_shown(self.value)}")
        return self.value

    def flag(self) -> bool:
        """Give true or false."""
        if not isinstance(self.value, bool):
            self.refuse(f"true or false is expected here, not {_shown(self.value)}")
        return self.value


def _shown(value: object) -> str:
    return "nothing" if value is None or value == "" else repr(value)


def read_yaml(path: Path) -> YamlNode:
    """Read one file of the guide; BrokenGuide where it is missing, not UTF-8 or no YAML."""
    name = f"{path.parent.name}/{path.name}"
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise BrokenGuide(name, None, "the file is missing") from None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise BrokenGuide(name, content.count(b"\n", 0, fault.start) + 1, "the text is not UTF-8") from None
    try:
        value = yaml.load(text, Loader=_StrictLoader)  # noqa: S506 (a subclass of the safe loader)
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else 1
        raise BrokenGuide(name, line, f"this is not valid YAML: {fault.problem}") from None
    except yaml.reader.ReaderError as fault:
        line = content.count(b"\n", 0, fault.position) + 1  # the C reader counts bytes
        raise BrokenGuide(name, line, "a character here is not allowed in YAML") from None
    return YamlNode(YamlDocument(name, text), (), value)
