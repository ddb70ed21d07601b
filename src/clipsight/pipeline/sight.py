"""What was seen of one video: the part that is kept, and from which any analysis or format is derived later."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import get_args

from clipsight.pipeline.perceiver import MediaFacts, Perceived
from clipsight.schema.evidence import Evidence
from clipsight.schema.result import Stage, StageName
from clipsight.schema.video import CountsPart, Video, VideoPart

STAGE_ORDER: tuple[StageName, ...] = get_args(StageName)


@dataclass(frozen=True, slots=True)
class Sight:
    """Evidence about one video, with keyframes as JPEG bytes by their id.

    Attributes:
        seconds: wall-clock time from obtaining the file to the last stage.
        cpu_seconds: time on all cores that perception took.
        peak_memory_bytes: most memory that the perception process ever held.
        contact_sheet: all keyframes in one JPEG, when it was asked for; not kept with the rest.
    """

    video: VideoPart
    stages: list[Stage]
    evidence: Evidence
    keyframes: Mapping[str, bytes]
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_memory_bytes: int = 0
    contact_sheet: bytes | None = None

    @classmethod
    def of(cls, video: Video, perceived: Perceived, seconds: float) -> Sight:
        """What perception saw of a video, with what the platform says about it."""
        report = perceived.report
        return cls(
            video=video_part(video, report.facts),
            stages=report.stages,
            evidence=report.evidence,
            keyframes=perceived.keyframes,
            seconds=seconds,
            cpu_seconds=report.cpu_seconds,
            peak_memory_bytes=report.peak_memory_bytes,
            contact_sheet=perceived.contact_sheet,
        )

    def with_stage(self, stage: Stage) -> Sight:
        """The same with one more stage on record, in the order in which stages stand in the document."""
        return replace(self, stages=in_order([*self.stages, stage]))

    def with_keyframes_in(self, folder: Path) -> Sight:
        """Write the keyframes as files and name them in the evidence."""
        folder.mkdir(parents=True, exist_ok=True)
        named = []
        for keyframe in self.evidence.keyframes:
            path = folder / f"{keyframe.id}.jpg"
            path.write_bytes(self.keyframes[keyframe.id])
            named.append(keyframe.model_copy(update={"file": str(path)}))
        return replace(self, evidence=self.evidence.model_copy(update={"keyframes": named}))

    def to_json(self) -> str:
        """Everything but the pictures."""
        return json.dumps(
            {
                "video": self.video.model_dump(mode="json"),
                "stages": [stage.model_dump(mode="json") for stage in self.stages],
                "evidence": self.evidence.model_dump(mode="json"),
                "seconds": self.seconds,
                "cpu_seconds": self.cpu_seconds,
                "peak_memory_bytes": self.peak_memory_bytes,
            },
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, text: str, keyframes: Mapping[str, bytes] | None = None) -> Sight:
        """The inverse of :meth:`to_json`; pictures are handed in, or left out where nobody needs them."""
        kept = json.loads(text)
        return cls(
            video=VideoPart.model_validate(kept["video"]),
            stages=[Stage.model_validate(stage) for stage in kept["stages"]],
            evidence=Evidence.model_validate(kept["evidence"]),
            keyframes=keyframes or {},
            seconds=kept["seconds"],
            cpu_seconds=kept["cpu_seconds"],
            peak_memory_bytes=kept["peak_memory_bytes"],
        )


def in_order(stages: Sequence[Stage]) -> list[Stage]:
    return sorted(stages, key=lambda stage: STAGE_ORDER.index(stage.name))


def video_part(video: Video, facts: MediaFacts) -> VideoPart:
    """The ``video`` key of the document: identity and what the platform says, with what decoding told."""
    said = video.facts
    counts = said.counts
    return VideoPart(
        id="video",
        platform=video.ref.platform,
        video_id=video.ref.video_id,
        url=video.ref.url,
        title=said.title,
        author=said.author,
        author_handle=said.author_handle,
        caption=said.caption,
        published_at=said.published_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if said.published_at else None,
        music_title=said.music_title,
        duration=facts.duration,
        width=facts.width,
        height=facts.height,
        fps=facts.fps,
        has_audio=facts.has_audio,
        counts=CountsPart(
            likes=counts.likes,
            views=counts.views,
            comments=counts.comments,
            shares=counts.shares,
            saves=counts.saves,
        ),
    )
