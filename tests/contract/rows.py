"""Every row of the three pages of the wire contract, in their order. A test names its row with ``pytest.mark.row``.

``scripts/contract_rows.py`` writes the table of the documentation from here and from those marks.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """``missing`` says why a row has no test yet; it must be empty as soon as it has one."""

    key: str
    text: str
    missing: str = ""


@dataclass(frozen=True)
class Page:
    title: str
    rows: tuple[Row, ...]


PAGES = (
    Page(
        "Reels dialect: Error Codes",
        (
            Row("errors 200", "200 OK: request succeeded"),
            Row("errors 202", "202 Accepted: job created, processing started"),
            Row("errors 204", "204 No Content: request succeeded, no body"),
            Row("errors 400", "400 Bad Request: invalid input, the `message` says what"),
            Row("errors 401", "401 Unauthorized: missing or invalid token"),
            Row("errors 404", "404 Not Found"),
            Row("errors 429", "429 Too Many Requests: limit exceeded"),
            Row("errors 500", "500 Internal Server Error"),
            Row("errors shapes", 'All errors are JSON: `{"error"}` or `{"message", "status": "error"}`'),
            Row("errors invalid url", '400: `URL must be an instagram.com link, got "tiktok.com"`'),
            Row("errors missing url", "400: `url is required`"),
            Row("errors invalid token", "401: `invalid API token`"),
            Row("errors missing token", "401: `API token required (Authorization: Bearer ist_...)`"),
            Row("errors job not found", "404: `not found`; ids are integers"),
            Row("errors job error", "A job whose status is `error` says why: `Video is not available`"),
            Row("errors cause private", "Cause: video is private, deleted, or geo-blocked"),
            Row("errors cause limited", "Cause: Instagram temporarily rate-limited"),
            Row("errors cause analysis", "Cause: AI could not process the video"),
            Row("errors cause format", "Cause: video format not supported"),
            Row("errors cause storage", "Cause: storage error"),
            Row("errors retry", "Retry strategy: the example in Python, unchanged"),
        ),
    ),
    Page(
        "Reels dialect: GET /api/v1/reels/:id",
        (
            Row("get request", "Bearer token in the header"),
            Row("get id", "`id`: the integer that `POST /api/v1/reels/analyze` gave"),
            Row("get url", "`url`: the submitted URL"),
            Row("get status", "`status`: pending, processing, done, error"),
            Row("get error", "`error`: null, or the message when status is error"),
            Row("get result", "`result`: null, or the full analysis when status is done"),
            Row("get created_at", "`created_at`: ISO 8601 in UTC with `Z`"),
            Row("get python", "Polling example in Python, unchanged"),
            Row("get javascript", "Polling example in JavaScript, unchanged"),
            Row("get shell", "Polling example for the shell, unchanged"),
            Row("get transitions", "pending → processing → done or error, then never another"),
            Row("get 401", "401: invalid or missing token"),
            Row("get 404", "404: job id not found"),
            Row("get 500", "500: server error"),
        ),
    ),
    Page(
        "Jobs dialect: error responses",
        (
            Row("jobs no url", "POST 400: `No url provided`"),
            Row("jobs slideshow", "POST 400: `TikTok slideshow conversion is not supported`"),
            Row("jobs unresolved", "POST 400: `Error resolving url: …` for other platforms"),
            Row("jobs no video id", "POST 400: `Error getting video ID`"),
            Row(
                "jobs invalid format", "POST 400: `invalid format: …` with the address of the list and the submitted value"
            ),
            Row("jobs formats page", "The full list of formats at that address, and in `/llms.txt`"),
            Row("jobs 402", "POST 402: payment required"),
            Row("jobs post 500", "POST 500: `failed to enqueue job`"),
            Row("jobs 404", "GET 404: `Job not found`"),
            Row("jobs 410", "GET 410: `Job expired`, 24 hours after submission"),
            Row("jobs failed", "GET 200: `failed` with the reason in `error`"),
            Row("jobs get 500", "GET 500: `failed to get job`"),
            Row("jobs retry after", "`Retry-After: 5` while pending or processing"),
        ),
    ),
)
