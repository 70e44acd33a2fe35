"""演示替身: stand-ins of the partner systems, a process of its own that speaks their HTTP.

It shares nothing with the product but the clock and the cryptography: each partner checks signatures and bodies by its
own models, as the real one would, keeps what it received, tells repeats by idempotency key, and refuses what makes no
sense to it. Switches make a partner misbehave: down, dropped, slow, answer lost, refusing, badly signed, and pushing
twice or in the wrong order. Run it with `python -m sandbox --port 8010 --var DIR`.
"""
