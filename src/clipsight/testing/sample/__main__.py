"""``python -m clipsight.testing.sample``: render the bundled sample and its truth anew."""

from __future__ import annotations

import time

from clipsight.testing.rendering import render
from clipsight.testing.sample import SAMPLE, TRUTH, recipe, speech


def main() -> None:
    """Speak where the voice is installed, then render. Takes about two minutes on two cores."""
    begin = time.monotonic()
    if speech.installed():
        speech.render_all()
        print("speech: spoken anew")
    else:
        print("speech: the committed recordings are used (festival and festvox-us-slt-hts are not installed)")
    if recipe.font("Black") is None:
        print("letters: the face inside Pillow is used (fonts-lato is not installed)")
    truth = render(recipe.recipe(), SAMPLE)
    truth.save(TRUTH)
    size = SAMPLE.stat().st_size / 1e6
    print(f"{SAMPLE}: {truth.duration.seconds:.1f} s, {size:.1f} MB, {time.monotonic() - begin:.0f} s to render")


if __name__ == "__main__":
    main()
