"""What the verification page says of the chain, and the files with which anybody checks it without us."""

from __future__ import annotations

import base64

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from luban.people.access import access
from luban.people.requests import ActorRequest
from luban.people.roles import PUBLIC
from luban.registers.licences import shelf
from luban.registers.licences.parts import is_token
from luban.stages.chain.proofs import NothingToProve, Standing, proof_file
from luban.trust import ring
from luban.ui.face import Link
from luban.ui.view import ProofLine

LINE = 64


def chain_line(standing: Standing) -> list[ProofLine]:
    """One line about the chain; none for a licence that is nothing of the chain's."""
    if not standing.anything:
        return [_waiting()] if standing.waiting else []
    said = []
    if standing.record_block is not None:
        when = f"于 {standing.record_at:%Y-%m-%d %H:%M} " if standing.record_at else ""
        said.append(f"这份证照的记录{when}写入区块链第 {standing.record_block:,} 块")
    if standing.history_block is not None:
        said.append(f"办理全过程的“指纹”写入第 {standing.history_block:,} 块")
    return [ProofLine("已上链", f"{'，'.join(said)}；此后任何一方的改动都会与链上不符而被发现。")]


def _waiting() -> ProofLine:
    return ProofLine("正在上链", "这份证照的记录正在写入区块链，通常几分钟内完成；证照效力不受影响。", "wait")


def proof_links(standing: Standing, token: str) -> tuple[Link, ...]:
    """Where the proof file and the certificate are."""
    if not standing.anything:
        return ()
    return (
        Link("下载上链证明（可离线核对）", reverse("api:proof", args=[token])),
        Link("下载平台签名证书", reverse("api:certificate")),
    )


@access(face="public", roles=PUBLIC, scope="open")
@never_cache
@require_safe
def proof(request: ActorRequest, token: str) -> HttpResponse:
    """The proof file of a licence. Raises Http404 for one that has none."""
    licence = shelf.find(token=token) if is_token(token) else None
    if licence is None:
        raise Http404
    try:
        content = proof_file(licence=licence)
    except NothingToProve:
        raise Http404 from None
    answer = HttpResponse(content, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="proof-{token}.json"'
    answer["X-Robots-Tag"] = "noindex"
    return answer


@access(face="public", roles=PUBLIC, scope="open")
@require_safe
def certificate(request: ActorRequest) -> HttpResponse:
    """The platform's certificate as PEM, which checks proofs."""
    text = base64.b64encode(ring.keys().certificate()).decode()
    lines = "\n".join(text[n : n + LINE] for n in range(0, len(text), LINE))
    pem = f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"
    answer = HttpResponse(pem, content_type="application/x-pem-file")
    answer["Content-Disposition"] = 'attachment; filename="luban-platform.pem"'
    return answer
