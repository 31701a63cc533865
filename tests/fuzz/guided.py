"""Coverage-guided fuzzing of one reader in a process of its own; needs atheris (`pip install atheris`).

Started by `python -m tests.fuzz`; counts and findings go to a pickle, because libFuzzer ends without saying goodbye.
"""

from __future__ import annotations

import pickle
import random
import sys
import tempfile
import warnings
from pathlib import Path


def main(name: str, seconds: int, seed: int, results: Path) -> None:
    """Fuzz a sample for so long."""
    import atheris

    with atheris.instrument_imports(include=["survey_analysis.readers"], enable_loader_override=False):
        import survey_analysis.reading  # noqa: F401
        from survey_analysis.readers import companions, registry  # noqa: F401

    from .campaign import Tally
    from .mutations import mutated
    from .samples import samples
    from .target import tried

    sample, tally = samples()[name], Tally()
    others = [s.data[:4096] for s in samples().values() if s.name != name]
    home = Path(tempfile.mkdtemp())
    corpus, folder = home / "corpus", home / "read"
    corpus.mkdir()
    folder.mkdir()
    (corpus / "valid").write_bytes(sample.data)
    warnings.simplefilter("error")

    def one(data: bytes) -> None:
        outcome = tried(sample.kind, sample.file, data, sample.beside, folder) if data else None
        if outcome:
            before = len(tally.findings)
            tally.add(outcome, outcome.place if outcome.ending == "failed" else "", data)
            if tally.tries % 200 == 0 or len(tally.findings) > before:
                results.write_bytes(pickle.dumps(tally))

    def change(data: bytes, most: int, number: int) -> bytes:
        draw = random.Random(number)
        if draw.random() < 0.5:
            return mutated(data or sample.data, others, draw)[0][:most]
        return bytes(atheris.Mutate(data, most))

    atheris.Setup(
        [
            sys.argv[0],
            f"-max_total_time={seconds}",
            f"-seed={seed + 1}",
            f"-max_len={4 * len(sample.data)}",
            "-timeout=20",
            "-rss_limit_mb=3000",
            f"-artifact_prefix={home}/",
            "-verbosity=0",
            str(corpus),
        ],
        one,
        custom_mutator=change,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
