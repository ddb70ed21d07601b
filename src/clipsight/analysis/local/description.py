"""What is seen and heard, in sentences that state measurements and nothing else."""

from __future__ import annotations

from clipsight.analysis.local.colours import colour_names
from clipsight.analysis.local.kind import Measures, measures
from clipsight.analysis.local.material import Material
from clipsight.analysis.local.wording import capital, counted, listed, number, seconds, shape
from clipsight.grounding.quotes import quoted
from clipsight.schema.analysis import Claim
from clipsight.schema.evidence import Picture

MOST_CITED = 12
DARK, BRIGHT = 0.3, 0.62  # mean luma
MUTED, VIVID = 15.0, 59.0  # Hasler and Süsstrunk: "slightly" and "quite colourful"
STILL, LIVELY = 0.04, 0.2  # mean luma change per second
SLOW, BRISK = 6.0, 2.0  # seconds per shot


def description(material: Material) -> Claim:
    """One to six sentences: picture, people, text, sound. Parts that were not measured are left out."""
    seen = measures(material)
    parts = [_frame(material, seen)]
    moves = material.video.fps is not None  # a single picture has no rate and cannot move
    for part in (
        _look(material.evidence.picture, moves=moves),
        _people(material, seen),
        _text(material, seen),
        _sound(material, seen),
    ):
        if part:
            parts.append(part)
    sentences = [f"{capital(text)}." for text, _ in parts]
    ids = list(dict.fromkeys(i for _, cited in parts for i in cited))
    return Claim(text=" ".join(sentences), evidence=ids[:MOST_CITED])


def _frame(material: Material, seen: Measures) -> tuple[str, list[str]]:
    video, shots = material.video, material.evidence.shots
    text = f"{shape(video.width, video.height)} picture, {seconds(video.duration)} long"
    if not shots:
        return text, [video.id]
    if len(shots) == 1:
        return f"{text}, in a single shot", [video.id, shots[0].id]
    pace = "slowly cut" if seen.seconds_per_shot > SLOW else "fast cut" if seen.seconds_per_shot < BRISK else "evenly paced"
    soft = sum(shot.transition in ("dissolve", "fade") for shot in shots)
    softly = f", {number(soft)} of them after a dissolve or fade" if soft else ""
    text = f"{text}, in {counted(len(shots), 'shot')} of about {seconds(seen.seconds_per_shot)} each ({pace}{softly})"
    return text, [video.id, *(shot.id for shot in shots[:3])]


def _look(picture: Picture | None, *, moves: bool) -> tuple[str, list[str]] | None:
    if picture is None:
        return None
    light = "dark" if picture.brightness < DARK else "bright" if picture.brightness > BRIGHT else "medium-bright"
    colour = "muted" if picture.colourfulness < MUTED else "vivid" if picture.colourfulness > VIVID else "natural"
    motion = "hardly any" if picture.motion < STILL else "lively" if picture.motion > LIVELY else "moderate"
    text = f"the picture is {light}, with {colour} colours"
    if picture.dominant_colours:
        text += f" (mostly {listed(colour_names(picture.dominant_colours)[:3])})"
    return f"{text} and {motion} movement" if moves else text, [picture.id]


def _people(material: Material, seen: Measures) -> tuple[str, list[str]] | None:
    faces = material.evidence.faces
    if not faces:
        return None
    who = "one face is" if seen.most_faces == 1 else f"up to {number(seen.most_faces)} faces are"
    span = "throughout" if seen.face > 0.9 else f"for about {seconds(seen.face * material.whole.seconds)}"
    return f"{who} on screen {span}", [face.id for face in faces[:3]]


def _text(material: Material, seen: Measures) -> tuple[str, list[str]] | None:
    written = material.written
    if not written:
        return None
    first = written[0]
    if len(written) == 1:
        return f"the text on screen reads {quoted(first.text)}", list(first.ids)
    rest = [quoted(s.text, 60) for s in written[:3]]
    more = f" and {number(len(written) - 3)} more" if len(written) > 3 else ""
    shown = f"{', '.join(rest)}{more}" if more else listed(rest)
    share = f", visible for {round(seen.text * 100)} % of the time" if seen.text < 0.97 else ", visible nearly all the time"
    return f"{counted(len(written), 'text')} appear on screen: {shown}{share}", [i for s in written[:3] for i in s.ids]


def _sound(material: Material, seen: Measures) -> tuple[str, list[str]] | None:
    sound = material.evidence.sound
    if not material.video.has_audio:
        return "the video has no sound", [material.video.id]
    spoken = [i for s in material.spoken[:2] for i in s.ids]
    parts: list[str] = []
    if material.spoken:
        parts.append(f"speech for about {seconds(seen.speech * material.whole.seconds)}")
    if material.sung:
        parts.append("singing")
    if sound is None:
        return (f"there is {listed(parts)}", spoken) if parts else None
    if sound.has_music:
        length = seconds(seen.music * material.whole.seconds)
        tempo = f" at about {sound.tempo_bpm:.0f} beats per minute" if sound.tempo_bpm else ""
        parts.append(f"music{f' for about {length}' if seen.music else ''}{tempo}")
    if not parts:
        kinds = {region.kind for region in sound.regions}
        silent = bool(kinds) and kinds <= {"silence"}
        return ("the sound is silent" if silent else "no speech and no music were heard"), [sound.id]
    return f"there is {listed(parts)}", [sound.id, *spoken]
