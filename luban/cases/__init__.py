"""Cases (办件): what was applied for, where it stands, what happened to it. `act` is the only writer of their state.

`engine` decides what an act does, as a pure function; `memory` and `store` keep cases in memory or in PostgreSQL.
"""
