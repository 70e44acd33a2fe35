"""People: the organisations, their accounts and roles, what each may see, sign-in, and the trail of who did what.

``roles``, ``organisations``, ``duties``, ``permissions`` and ``actor`` are pure facts and functions;
``models``, ``signing``, ``middleware``, ``access`` and ``trail`` bring them to life in Django.
"""
