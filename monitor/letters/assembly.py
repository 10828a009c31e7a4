"""Puts a letter together as it is printed, and as its release check compares it."""

from collections.abc import Iterator
from datetime import timedelta

from monitor.letters.content import LetterContent, Part, ReplyForm, ReplyRow
from monitor.letters.models import BLOCKS, Block, Letter, LetterKind
from monitor.letters.prefill import STANDING
from monitor.letters.queries import to_answer
from monitor.recommendations.sending import days_to_answer
from monitor.reports.collection import letterhead
from monitor.reports.content import content_hash
from monitor.reports.models import Outgoing
from monitor.reports.passages import Passage, Spot
from monitor.reports.releases import Content


def assemble(letter: Letter) -> LetterContent:
    """Return everything a letter prints."""
    visit, authority = letter.visit, letter.authority
    blocks = ((block, letter.blocks.get(block.value, "")) for block in BLOCKS[letter.kind])
    return LetterContent(
        kind=letter.kind,
        language=letter.language,
        letterhead=letterhead(visit.body.mechanism, letter.language),
        reference=letter.reference,
        addressee=letter.addressee,
        address=authority.address if authority else "",
        city=visit.place.city,
        dated=letter.dated,
        place=visit.place.name,
        parts=tuple(Part(block, text) for block, text in blocks if text),
        reply_form=_reply_form(letter) if letter.kind is LetterKind.TRANSMISSION_OF_REPORT else None,
    )


def _reply_form(letter: Letter) -> ReplyForm | None:
    """Return a row for each recommendation that the addressee is asked to answer; None without any.

    The days to answer run from the date of the letter, whether or not the report is recorded as sent by then.
    """
    rows, mechanism = to_answer(letter.visit, letter.authority), letter.visit.body.mechanism
    if not rows:
        return None
    return ReplyForm(
        language=letter.language,
        text_language=letter.visit.language,
        rows=tuple(
            ReplyRow(row.number, row.reference or "", row.text, letter.dated + timedelta(days=days))
            for row, days in ((row, days_to_answer(row, mechanism)) for row in rows)
        ),
    )


def content_of_letter(letter: Letter) -> Content:
    """Return what a letter says, for its release check."""
    said = assemble(letter)
    texts = tuple(passage for passage in _passages(letter, said) if passage.text)
    return Content(letter.visit, Outgoing.LETTER, letter.language, content_hash(said), texts)


def _passages(letter: Letter, said: LetterContent) -> Iterator[Passage]:
    """Yield every typed text of a letter. Our own sentences say nothing of the visit while nobody changed them."""
    head = said.letterhead
    for text in (head.name, head.address, head.legal_basis, head.signatory_name, head.signatory_title):
        yield Passage(Spot.LETTERHEAD, text)
    yield Passage(Spot.REFERENCE, said.reference)
    for text in (said.place, said.city):
        yield Passage(Spot.PLACE, text)
    for text in (said.addressee, said.address):
        yield Passage(Spot.ADDRESSEE, text)
    for part in said.parts:
        spot = Spot.REFERENCE if is_our_own(letter, part.block) else Spot.LETTER
        yield Passage(spot, part.text, str(letter.id))
    for row in said.reply_form.rows if said.reply_form else ():
        yield Passage(Spot.RECOMMENDATION, row.text, str(row.number), str(row.number))


def is_our_own(letter: Letter, block: Block) -> bool:
    """Say whether a block still holds the sentences that every letter of its kind begins with."""
    text = letter.blocks.get(block.value, "")
    return block in STANDING and bool(text) and text == letter.offered.get(block.value)
