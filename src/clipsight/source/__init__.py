"""From what people paste or upload to a file on disk and the identity of the video in it.

``links`` reads links without network, ``resolve`` follows short ones, ``fetch`` downloads behind the ``guard``, ``upload``
takes files. Nothing here looks into a video, except to join YouTube's two streams by copying them.
"""
