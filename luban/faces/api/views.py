"""The verification page: one sentence first, then the licence, then why it can be trusted."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from luban.faces.api.chain_proof import chain_line, proof_links
from luban.kit.clock import ZONE, clock
from luban.people.access import access
from luban.people.requests import ActorRequest
from luban.people.roles import PUBLIC
from luban.registers.licences.status import Standing, chinese_day
from luban.stages.chain.proofs import standing_of
from luban.stages.licence.verification import Compared, Found, compare, find
from luban.ui.view import Pair, Pairs, Proof, ProofLine, Verdict

MB = 1024 * 1024
ALSO = "上链的内容可以脱离本平台核对"
KINDS = {"green": "ok", "red": "void", "orange": "old", "blue": "old", "grey": "none"}


@dataclass(frozen=True)
class Page:
    """What the template draws."""

    verdict: Verdict
    title: str = ""
    pairs: Pairs | None = None
    proof: Proof | None = None
    ended: bool = False


@access(face="public", roles=PUBLIC, scope="open")
@never_cache
@require_GET
def ask(request: ActorRequest) -> HttpResponse:
    """Type the code under the QR picture."""
    token = request.GET.get("token", "").strip().rsplit("/", 1)[-1]
    if token:
        return HttpResponseRedirect(reverse("api:verify", args=[token[:64]]))
    return render(request, "api/ask.html")


@access(face="public", roles=PUBLIC, scope="open")
@never_cache
@require_http_methods(["GET", "POST"])
def verify(request: ActorRequest, token: str) -> HttpResponse:
    """The standing of a licence now; POST compares a file with what was issued."""
    found = find(token=token, day=clock.today())
    known = found.licence is not None or found.paper is not None
    status, compared = 200 if known else 404, None
    if request.method == "POST" and known:
        status, compared = _compared(request, token)
    context = {"page": _page(found), "asked_at": clock.now(), "compared": compared}
    answer = render(request, "api/verify.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _compared(request: ActorRequest, token: str) -> tuple[int, Compared]:
    upload, most = request.FILES.get("file"), settings.LUBAN_UPLOAD_MAX_BYTES
    if upload is None or not upload.size:
        return 400, Compared(False, "请先选择收到的 PDF 文件，再比对。")
    if upload.size > most:
        return 413, Compared(False, f"文件超过 {most // MB} MB，不会是本平台签发的文书。")
    return 200, compare(token=token, content=upload.read())


def _page(found: Found) -> Page:
    if found.licence is not None and found.standing is not None:
        return _licence_page(found, found.standing)
    if found.paper is not None:
        paper = found.paper
        pairs = [Pair("文书", paper.title)] + ([Pair("文号", paper.number)] if paper.number else [])
        pairs.append(Pair("签发日期", chinese_day(paper.sealed_on)))
        verdict = Verdict("ok", "真实文书", "这是本平台签发的文书，存档内容与签发时一致。")
        if not found.whole:
            verdict = Verdict(
                "old", "文书待核实", "本平台签发过这份文书，但存档文件核对不一致，请向签发机关核实。"
            )
        return Page(verdict, paper.title, Pairs(tuple(pairs), "cert"), _proof(found))
    standing = found.standing
    title, sentence = (standing.title, standing.sentence) if standing else ("查无此证", "查无此证。")
    return Page(Verdict("none", title, sentence))


def _licence_page(found: Found, standing: Standing) -> Page:
    licence = found.licence
    if licence is None:
        return Page(Verdict("none", standing.title, standing.sentence))
    term = chinese_day(licence.valid_from)
    if licence.valid_to:
        term += f"至{chinese_day(licence.valid_to)}"
    pairs = [
        Pair("证照编号", licence.number),
        *(
            Pair(label, value)
            for label, value in licence.shows
            if label not in {"证照编号", "有效期", "发证机关"}
            and value not in {licence.number, licence.office_name}
        ),
        Pair("有效期", term),
        Pair("发证机关", licence.office_name),
    ]
    if licence.changed_by and not standing.good:
        ground = f"{licence.changed_by}　{licence.status_reason}".strip("　")
        pairs.append(Pair(f"{standing.title.removeprefix('已')}依据", ground))
    if standing.current:
        pairs.append(Pair("现行版本", "查看现行版本", reverse("api:verify", args=[standing.current])))
    verdict = Verdict(KINDS[standing.tone], standing.title, standing.sentence)
    ended = standing.tone in {"red", "orange"}
    return Page(verdict, licence.title, Pairs(tuple(pairs), "cert"), _proof(found, standing), ended)


def _proof(found: Found, standing: Standing | None = None) -> Proof:
    lines = [_content_line(found), _seal_line(found)]
    if standing is not None:
        text = f"查询时登记的状态是“{standing.title}”，变更即时生效，不经缓存。"
        lines.append(ProofLine("状态是最新的", text))
    if found.licence is None:
        return Proof(tuple(lines), digest=found.digest)
    chained = standing_of(case=found.licence.case_id)
    lines += chain_line(chained)
    links = proof_links(chained, found.licence.token)
    return Proof(tuple(lines), digest=found.digest, block=ALSO if links else "", links=links)


def _content_line(found: Found) -> ProofLine:
    if found.whole:
        return ProofLine("内容没有被改过", "存档文件的“指纹”与签发当时登记的指纹完全一致。")
    return ProofLine("存档文件核对不一致", "存档文件与登记的指纹不一致，请向发证机关核实。", "bad")


def _seal_line(found: Found) -> ProofLine:
    seal = found.seal
    if seal is None or not (seal.intact and seal.bottom_line):
        return ProofLine("电子印章未能确认", "未能确认文件上的电子印章，请向发证机关核实。", "bad")
    when = f"，签章时间 {seal.signed_at.astimezone(ZONE):%Y-%m-%d %H:%M}" if seal.signed_at else ""
    if seal.problems:
        return ProofLine("电子印章待核实", f"{'；'.join(seal.problems)}{when}。", "wait")
    return ProofLine(f"确由{seal.organisation}签发", f"电子印章有效{when}。")
