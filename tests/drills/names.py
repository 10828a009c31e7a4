"""The drill of releases at full size: names and words said in confidence, planted in reports that leave the house."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import NOW
from tests.drills import release
from tests.drills.figures import Row
from tests.drills.installation import installed

VISITS = 200


def drill() -> Iterator[Row]:
    """Release 200 visits with five planted secrets each."""
    with tempfile.TemporaryDirectory() as folder, installed(Path(folder)) as installation, installation.acting():
        found = release.run(installation.body, VISITS, NOW)
    yield Row("visits released", found.released, VISITS)
    yield Row("names and words planted in their texts", found.planted, VISITS * release.PLANTED_PER_VISIT)
    yield Row("of these shown by the release check", found.noticed, found.planted)
    yield Row("names and words found in released PDFs", found.leaked, 0)
