"""Pay per call with x402: what a call costs, whether a payment is good, how it is settled, and the ledger of all of it."""
