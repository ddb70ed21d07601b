"""HTTP: one application, two dialects."""
