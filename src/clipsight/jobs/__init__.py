"""The life of a job: its states, the durable engine that carries it, the workers, and what happens when one dies."""
