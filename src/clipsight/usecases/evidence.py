"""The whole document of a finished job, and its pictures."""

from __future__ import annotations

from clipsight.errors import FileMissing, JobExpired, JobNotFound
from clipsight.schema.result import Document
from clipsight.store.videos import keyframes_of
from clipsight.usecases.services import Services
from clipsight.usecases.status import JobName, find_job, finished, job_account


def job_document(services: Services, owner: str, name: JobName, keyframe_url: str) -> Document:
    """The document, with an address for each keyframe.

    Args:
        services: what the use cases work with.
        owner: who asks.
        name: which job.
        keyframe_url: address of a keyframe, with ``{job}`` and ``{keyframe}`` in it.

    Raises:
        JobNotFound: there is no such job.
        JobNotFinished: it is under way.
        JobFailed: it ended without a document.
        JobExpired: what it found is no longer kept.
    """
    account = job_account(services, owner, name)
    document = finished(account)
    linked = [
        keyframe.model_copy(update={"url": keyframe_url.format(job=account.job.id, keyframe=keyframe.id)})
        for keyframe in document.evidence.keyframes
    ]
    return document.model_copy(update={"evidence": document.evidence.model_copy(update={"keyframes": linked})})


def keyframe_picture(services: Services, owner: str, name: JobName, keyframe: str) -> bytes:
    """A keyframe as JPEG.

    Raises:
        JobNotFound: there is no such job, or it has no such keyframe.
        JobExpired: the picture is no longer kept.
    """
    with services.database.reading() as connection:
        job = find_job(connection, owner, name)
        blob = keyframes_of(connection, job.look).get(keyframe)
    if blob is None:
        raise JobNotFound
    try:
        return services.blobs.read(blob)
    except FileMissing as error:
        raise JobExpired from error
