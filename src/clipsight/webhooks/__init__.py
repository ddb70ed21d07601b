"""Tells owners of jobs what became of them: Standard Webhooks 1.0, signed, with retries over a day and a log."""
