"""The self-test: production code against the simulated bench, with a fault, judged by the bench's own clock (F52).

``trial`` runs one session with one fault in one phase; ``expected`` says what must come of each fault; ``matrix`` runs them all,
``proofs`` those few that must hold before any hardware moves. The bench comes by its entry point; nothing here knows how it works.
"""
