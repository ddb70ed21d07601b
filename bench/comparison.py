"""The peers beside clipsight, on the same clips in the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from library import Rendered
from measure import Cost
from peers import PeerRun, missing, run_peer
from pooling import ShotPool, TextPool, WordPool
from quality import Looked

TEXT_CLIPS = ("captions-held-out", "text-over-cuts", "brief-held-out")
SHOT_CLIPS = ("shots-tall", "shots-wide", "text-over-cuts")
WHOLE_CLIPS = ("dense", "dense-held-out")
TEXT_PEERS = ("rapidocr", "tesseract")
SHOT_PEERS = ("scenedetect-content", "scenedetect-adaptive")
OURS = "clipsight"


@dataclass(slots=True)
class Side:
    """One tool on a set of clips: pooled scores, and its cost added up; ``why_not`` when it did not run."""

    tool: str
    texts: TextPool = field(default_factory=TextPool)
    shots: ShotPool = field(default_factory=ShotPool)
    words: WordPool = field(default_factory=WordPool)
    costs: list[Cost] = field(default_factory=list[Cost])
    seconds: float = 0.0
    stages: dict[str, float] = field(default_factory=dict[str, float])
    why_not: str = ""

    @property
    def wall(self) -> float:
        return sum(cost.wall for cost in self.costs)

    @property
    def cpu(self) -> float:
        return sum(cost.cpu for cost in self.costs)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same clips for every tool of a list; the first is clipsight."""

    clips: tuple[str, ...]
    sides: list[Side]


def compare(
    names: Sequence[str],
    tools: Sequence[str],
    clips: Mapping[str, Rendered],
    ours: Mapping[str, Looked],
    say: Callable[[str], None],
) -> Comparison:
    """Run every tool on those of the named clips that clipsight has looked at.

    Args:
        names: of clips.
        tools: keys of ``peers.LABELS``.
        clips: rendered, by name.
        ours: what clipsight found, by name.
        say: told of each tool that begins.
    """
    used = tuple(name for name in names if name in clips and name in ours and ours[name].document is not None)
    sides = [_own(used, ours)]
    for tool in tools if used else ():
        say(f"peer: {tool}")
        sides.append(_peer(tool, [clips[name] for name in used]))
    return Comparison(used, sides)


def _own(names: Iterable[str], ours: Mapping[str, Looked]) -> Side:
    side = Side(OURS)
    for name in names:
        looked = ours[name]
        assert looked.document is not None
        _add(side, looked.document, looked, looked.cost)
    return side


def _peer(tool: str, clips: Iterable[Rendered]) -> Side:
    side = Side(tool, why_not=missing(tool))
    if side.why_not:
        return side
    for clip in clips:
        assert clip.path is not None
        assert clip.truth is not None
        run: PeerRun = run_peer(tool, clip.path, clip.truth.duration.seconds)
        if run.document is None:
            side.why_not = f"{clip.clip.name}: {run.why_not}"
            return side
        _add(side, run.document, Looked(clip.clip, clip.truth, run.document), run.cost)
        for stage, seconds in run.stages.items():
            side.stages[stage] = side.stages.get(stage, 0.0) + seconds
    return side


def _add(side: Side, document: Mapping[str, object], looked: Looked, cost: Cost | None) -> None:
    side.seconds += looked.truth.duration.seconds
    if cost is not None:
        side.costs.append(cost)
    if looked.truth.texts:
        side.texts.add(document, looked.truth)
    side.shots.add(document, looked.truth)
    if looked.truth.words:
        side.words.add(document, looked.truth)
