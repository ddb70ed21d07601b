"""What the server keeps: tables, queries, blobs. Knows nothing of jobs' rules, HTTP or the pipeline."""
