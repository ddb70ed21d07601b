"""What the links of each platform look like: one file per platform, no network."""
