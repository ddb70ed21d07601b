"""Decoding real, tiny, partly broken files."""

from __future__ import annotations

import threading
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from av.video.frame import VideoFrame

from clipsight.errors import DamagedFile, MediaError, PictureTooLarge, TooLong, TooManyFrames
from clipsight.media.decode import DecodedFrame, DecodeLimits, Decoder
from clipsight.media.probe import probe
from clipsight.perception.frames import PixelBox
from clipsight.testing.clips import Backdrop, Camera, ClipRecipe, Encoding, Shot, render
from clipsight.timeline import Instant

Opener = Callable[[Path], int]
SMALL = (96, 160)
STILL = Backdrop(3, camera=Camera(shake=0), moving=0)


def decoded(descriptor: int, limits: DecodeLimits | None = None) -> tuple[list[DecodedFrame], Decoder]:
    with Decoder(descriptor, limits) as decoder:
        return list(decoder), decoder


def moments(frames: list[DecodedFrame]) -> list[int]:
    return [frame.time.us for frame in frames]


def corner_picture(width: int, height: int) -> np.ndarray[Any, Any]:
    """Grey, the top left corner bright, the top right one red: shows every wrong turn."""
    picture = np.full((height, width, 3), 90, np.uint8)
    picture[: height // 3, : width // 3] = 235
    picture[: height // 3, -(width // 3) :] = (220, 30, 30)
    return picture


def write(path: Path, pictures: list[np.ndarray[Any, Any]], codec: str = "libx264", **options: Any) -> None:
    """Encode RGB pictures at 25 per second; ``options`` are pix_fmt and options of the encoder."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=25)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = options.pop("pix_fmt", "yuv420p")
        stream.options = {"crf": "20", **options}
        for picture in pictures:
            container.mux(stream.encode(VideoFrame.from_ndarray(picture, "rgb24")))
        container.mux(stream.encode(None))


@pytest.mark.parametrize(
    ("codec", "suffix", "name"),
    [("libx264", "mp4", "h264"), ("libx265", "mov", "hevc"), ("libvpx-vp9", "webm", "vp9"), ("libsvtav1", "mkv", "av1")],
)
def test_every_codec_gives_the_same_pictures_and_times(
    codec: Any, suffix: str, name: str, tmp_path: Path, opened: Opener
) -> None:
    path = tmp_path / f"clip.{suffix}"
    recipe = ClipRecipe((Shot(STILL, 0.6),), size=SMALL, grain=0, encoding=Encoding(codec, crf=20))
    render(recipe, path)
    frames, decoder = decoded(opened(path))
    assert decoder.facts.video_codec == name
    assert len(frames) == decoder.frames_decoded == 18
    assert moments(frames) == pytest.approx([number * 1_000_000 / 30 for number in range(18)], abs=1_000)
    assert decoder.end.seconds == pytest.approx(0.6, abs=0.005)
    assert not decoder.truncated
    expected = cv2.cvtColor(next(recipe.pictures()), cv2.COLOR_RGB2BGR).astype(int)
    assert np.abs(frames[5].bgr().astype(int) - expected).mean() < 6
    assert frames[5].luma.shape == (160, 96)
    assert [plane.shape for plane in frames[5].chroma] == [(80, 48), (80, 48)]


def test_the_first_picture_is_at_zero_whatever_the_file_says(tmp_path: Path, opened: Opener) -> None:
    recipe = ClipRecipe((Shot(Backdrop(1), 0.5),), size=SMALL, encoding=Encoding("libvpx-vp9", offset=2))
    render(recipe, tmp_path / "late.webm")
    descriptor = opened(tmp_path / "late.webm")
    frames, decoder = decoded(descriptor)
    assert frames[0].time == Instant(0)
    assert decoder.origin_us == probe(descriptor).origin_us == pytest.approx(2_000_000, abs=20_000)
    assert decoder.end.seconds == pytest.approx(0.5, abs=0.05)


def test_irregular_times_are_kept(tmp_path: Path, opened: Opener) -> None:
    times = (0.0, 0.02, 0.3, 0.34, 0.9, 1.0)
    render(ClipRecipe((Shot(Backdrop(1), 2),), size=SMALL, times=times), tmp_path / "vfr.mp4")
    frames, _ = decoded(opened(tmp_path / "vfr.mp4"))
    assert moments(frames) == pytest.approx([time * 1_000_000 for time in times], abs=50)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_turned_clip_comes_out_upright(rotation: Any, tmp_path: Path, opened: Opener) -> None:
    class Corners:
        def picture(self, seconds: float, size: tuple[int, int]) -> np.ndarray[Any, Any]:
            return corner_picture(*size)

    recipe = ClipRecipe((Shot(Corners(), 0.1),), size=SMALL, grain=0, encoding=Encoding(rotation=rotation))
    render(recipe, tmp_path / "turned.mp4")
    frames, _ = decoded(opened(tmp_path / "turned.mp4"))
    picture = frames[0].bgr()
    assert picture.shape == (160, 96, 3)
    assert frames[0].luma.shape == (160, 96)
    assert picture[10, 10].min() > 200
    blue, green, red = (int(value) for value in picture[10, -10])
    assert red > 160 > 90 > max(blue, green)
    assert abs(int(picture[-10, 10, 0]) - 90) < 12


def test_a_mirrored_clip_comes_out_as_it_is_shown(tmp_path: Path, opened: Opener) -> None:
    path = tmp_path / "mirrored.mp4"
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 160, "yuv420p"
        stream.set_display_rotation(0, hflip=True)
        container.mux(
            stream.encode(VideoFrame.from_ndarray(np.ascontiguousarray(corner_picture(96, 160)[:, ::-1]), "rgb24"))
        )
        container.mux(stream.encode(None))
    frames, decoder = decoded(opened(path))
    assert decoder.facts.mirrored
    assert decoder.facts.rotation == 0
    assert frames[0].bgr()[10, 10].min() > 200


@pytest.mark.parametrize("size", [(97, 161), (130, 66), (17, 16), (2, 2)])
def test_odd_sizes(size: tuple[int, int], tmp_path: Path, opened: Opener) -> None:
    path = tmp_path / "odd.mp4"
    width, height = size
    write(path, [corner_picture(width, height)] * 3, pix_fmt="yuv444p")
    frames, decoder = decoded(opened(path))
    assert (decoder.facts.width, decoder.facts.height) == size
    assert frames[0].luma.shape == (height, width)
    assert frames[0].bgr().shape == (height, width, 3)
    assert frames[0].bgr(PixelBox(width - 1, height - 1, width + 5, height + 5)).shape == (1, 1, 3)


@pytest.mark.parametrize("pix_fmt", ["yuv420p10le", "yuv422p", "yuv444p", "yuvj420p"])
def test_other_pixel_formats_look_the_same(pix_fmt: str, tmp_path: Path, opened: Opener) -> None:
    path = tmp_path / "clip.mp4"
    write(path, [corner_picture(96, 160)] * 3, pix_fmt=pix_fmt)
    frames, _ = decoded(opened(path))
    assert frames[0].luma.dtype == np.uint8
    picture = frames[0].bgr()
    assert picture[10, 10].min() > 220
    assert np.abs(picture[100:150, 20:80].astype(int) - 90).max() < 8


def test_one_picture_is_a_video(tmp_path: Path, opened: Opener) -> None:
    write(tmp_path / "one.mp4", [corner_picture(96, 160)])
    frames, decoder = decoded(opened(tmp_path / "one.mp4"))
    assert len(frames) == 1
    assert decoder.end.us > 0
    assert not decoder.truncated


def test_a_box_is_the_same_part_of_the_whole_picture(plain_clip: Path, opened: Opener) -> None:
    with Decoder(opened(plain_clip)) as decoder:
        frame = next(iter(decoder))
    whole = frame.bgr().astype(int)
    for box in (PixelBox(10, 20, 80, 90), PixelBox(11, 21, 80, 91), PixelBox(-5, -5, 9, 7), PixelBox(170, 300, 999, 999)):
        left, top = max(0, box.left), max(0, box.top)
        part = whole[top : box.bottom, left : box.right]
        assert np.abs(frame.bgr(box).astype(int) - part).mean() < 2
    with pytest.raises(ValueError, match="outside"):
        frame.bgr(PixelBox(180, 0, 190, 10))


def test_a_picture_outlives_its_decoder_and_is_read_by_threads(plain_clip: Path, opened: Opener) -> None:
    frames, _ = decoded(opened(plain_clip))
    expected = frames[3].bgr()
    seen: list[bool] = []
    threads = [threading.Thread(target=lambda: seen.append(bool((frames[3].bgr() == expected).all()))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [True] * 4


def test_a_truncated_file_gives_what_is_there(plain_clip: Path, tmp_path: Path, opened: Opener) -> None:
    content = plain_clip.read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(content[: len(content) * 6 // 10])
    frames, decoder = decoded(opened(path))
    assert 5 < len(frames) < 55
    assert decoder.truncated
    assert decoder.end < Instant.from_seconds(1.9)


def test_damage_in_the_middle_is_skipped_and_counted(tmp_path: Path, opened: Opener) -> None:
    path = tmp_path / "damaged.mp4"
    recipe = ClipRecipe((Shot(Backdrop(1), 2),), size=SMALL, encoding=Encoding(options={"g": "10"}))
    render(recipe, path)
    content = bytearray(path.read_bytes())
    start = content.index(b"mdat") + len(content) // 3
    content[start : start + 1500] = bytes(1500)
    path.write_bytes(bytes(content))
    frames, decoder = decoded(opened(path))
    assert decoder.damage.packets > 0
    assert len(frames) > 30
    assert frames[-1].time.seconds > 1.8
    assert all(later > earlier for earlier, later in zip(moments(frames), moments(frames)[1:], strict=False))


def test_a_file_without_one_whole_picture_is_damaged(plain_clip: Path, tmp_path: Path, opened: Opener) -> None:
    content = bytearray(plain_clip.read_bytes())
    start = content.index(b"mdat") + 4
    content[start:] = bytes(len(content) - start)
    path = tmp_path / "blank.mp4"
    path.write_bytes(bytes(content))
    for look in (Decoder, probe):
        with pytest.raises(DamagedFile):
            look(opened(path))


def test_bytes_changed_anywhere_never_give_a_foreign_error(plain_clip: Path, tmp_path: Path, opened: Opener) -> None:
    content = plain_clip.read_bytes()
    rng = np.random.default_rng(4)
    for number in range(25):
        broken = bytearray(content)
        # Mostly in the header, where the structure is.
        for place in rng.integers(0, 3000 if number % 2 else len(broken), 12):
            broken[place] = int(rng.integers(0, 256))
        path = tmp_path / f"{number}.mp4"
        path.write_bytes(bytes(broken))
        try:
            decoded(opened(path), DecodeLimits(max_seconds=10, max_frames=500, max_pixels=1_000_000))
        except (MediaError, TooLong):
            continue


def test_limits(plain_clip: Path, opened: Opener) -> None:
    descriptor = opened(plain_clip)
    with pytest.raises(TooManyFrames):
        decoded(descriptor, DecodeLimits(max_frames=59))
    assert len(decoded(descriptor, DecodeLimits(max_frames=60))[0]) == 60
    with pytest.raises(PictureTooLarge):
        Decoder(descriptor, DecodeLimits(max_pixels=1000))


def test_the_header_alone_can_make_it_too_long(tmp_path: Path, opened: Opener) -> None:
    times = tuple(float(second) for second in range(5))
    render(ClipRecipe((Shot(STILL, 5),), size=SMALL, times=times, fps=Fraction(1)), tmp_path / "long.mp4")
    with pytest.raises(TooLong):
        Decoder(opened(tmp_path / "long.mp4"), DecodeLimits(max_seconds=3))


def test_a_header_that_lies_about_the_length_helps_nothing(tmp_path: Path, opened: Opener) -> None:
    path = tmp_path / "liar.webm"
    times = tuple(number / 4 for number in range(24))
    recipe = ClipRecipe((Shot(STILL, 6),), size=SMALL, times=times, fps=Fraction(4), encoding=Encoding("libvpx-vp9"))
    render(recipe, path)
    content = bytearray(path.read_bytes())
    info = content.index(b"\x44\x89\x88")  # EBML element Duration, eight bytes
    content[info + 3 : info + 11] = np.array([100.0], ">f8").tobytes()
    tag = content.index(b"00:00:0")
    content[tag : tag + 18] = b"00:00:00.100000000"
    path.write_bytes(bytes(content))
    with Decoder(opened(path), DecodeLimits(max_seconds=3)) as decoder:
        assert decoder.facts.declared_duration == Instant(100_000)
        with pytest.raises(TooLong):
            list(decoder)
        assert decoder.frames_decoded < 20


def test_fast_streams_are_thinned(tmp_path: Path, opened: Opener) -> None:
    path = tmp_path / "fast.mp4"
    render(ClipRecipe((Shot(STILL, 0.5),), size=SMALL, fps=Fraction(120)), path)
    frames, decoder = decoded(opened(path))
    assert decoder.frames_decoded == 60
    assert moments(frames) == pytest.approx([number * 1_000_000 / 60 for number in range(30)], abs=10)
    every, _ = decoded(opened(path), DecodeLimits(max_frame_rate=240))
    assert [frame.index for frame in every] == list(range(60))


@pytest.mark.parametrize("fps", [Fraction(60), Fraction(60_000, 1001), Fraction(30), Fraction(24)])
def test_ordinary_streams_are_not_thinned(fps: Fraction, tmp_path: Path, opened: Opener) -> None:
    path = tmp_path / "clip.mkv"  # whole milliseconds
    render(ClipRecipe((Shot(STILL, 0.5),), size=(32, 48), fps=fps), path)
    frames, decoder = decoded(opened(path))
    assert len(frames) == decoder.frames_decoded == round(fps / 2)


def test_the_size_may_change_on_the_way(tmp_path: Path, opened: Opener) -> None:
    path = tmp_path / "changing.webm"
    with av.open(str(path), "w") as container:
        out: Any = container.add_stream("libvpx-vp9", rate=25, options={"deadline": "realtime", "cpu-used": "8"})
        out.width, out.height, out.pix_fmt = 96, 160, "yuv420p"
        base = 0
        for width, height in ((96, 160), (160, 96)):
            encoder: Any = av.CodecContext.create("libvpx-vp9", "w")
            encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
            encoder.time_base, encoder.options = Fraction(1, 25), {"deadline": "realtime", "cpu-used": "8"}
            frames = [VideoFrame.from_ndarray(corner_picture(width, height), "rgb24").reformat(format="yuv420p")] * 5
            for number, frame in enumerate([*frames, None]):
                if frame is not None:
                    frame.pts = base + number
                for packet in encoder.encode(frame):
                    packet.stream, packet.time_base = out, Fraction(1, 25)
                    container.mux(packet)
            base += 5
    frames, decoder = decoded(opened(path))
    assert [frame.luma.shape for frame in frames] == [(160, 96)] * 5 + [(96, 160)] * 5
    assert (decoder.facts.width, decoder.facts.height) == (96, 160)


def test_pictures_that_nobody_refers_to_can_be_left_out(tmp_path: Path, opened: Opener) -> None:
    encoding = Encoding("libx264", options={"bf": "3", "b_strategy": "0", "b-pyramid": "none"})
    shots = (Shot(Backdrop(1), 0.5), Shot(Backdrop(2), 0.5))
    render(ClipRecipe(shots, size=SMALL, encoding=encoding), tmp_path / "clip.mp4")
    descriptor = opened(tmp_path / "clip.mp4")
    everything, whole = decoded(descriptor)
    some, decoder = decoded(descriptor, DecodeLimits(referenced_only=True))
    assert not whole.referenced_only
    assert decoder.referenced_only
    assert len(some) < 0.6 * len(everything)
    assert set(moments(some)) < set(moments(everything))
    assert 500_000 in moments(some), "the first picture of a shot stays"
    assert not decoder.truncated
