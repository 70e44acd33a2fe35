"""The request as views get it: with the actor that ``ActorMiddleware`` recognised."""

from django.http import HttpRequest

from luban.people.actor import Actor


class ActorRequest(HttpRequest):
    """An HttpRequest behind ActorMiddleware; a type for annotations, never constructed.

    ``actor`` is never None (``Actor.public()`` when signed out), ``actor_roles`` are all roles of the account,
    ``session_expired`` says that this very request found its session over, ``ended_words`` why ('': it was idle).
    """

    actor: Actor
    actor_roles: tuple[str, ...]
    session_expired: bool
    ended_words: str
