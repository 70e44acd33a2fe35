"""The pages a person sees when something is refused or fails: `ui/errors/<status>.html`, in Chinese, with a next step.

Partners who ask for JSON get the same sentence as JSON. A page must come out even when the templates or the
database fail, so there is a plain one to fall back on.
"""

import logging

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.html import escape

logger = logging.getLogger(__name__)

SENTENCES = {
    400: "提交的内容无法识别，请返回上一页检查后重新提交。",
    403: "您没有查看或办理此内容的权限。如需办理，请切换角色或联系本单位管理员。",
    404: "没有找到您要的页面，请检查网址，或从首页重新进入。",
    409: "内容已被更新，请刷新页面查看最新内容后再办理。",
    411: "上传未说明大小，请改用普通文件上传后重试。",
    413: "文件超过50 MB，请压缩或拆分后重新上传。",
    429: "操作过于频繁，请稍候再试。",
    503: "密码服务暂时不可用，为保证安全已停止读写敏感数据，没有任何内容以明文保存。请稍后重试，仍不行请联系平台运维。",
    500: "系统出现故障，您已填写并保存的内容不会丢失，请稍后重试。",
}
CSRF_SENTENCE = "页面停留过久或浏览器禁用了Cookie，本次提交未被接受。请返回上一页刷新后重新提交。"


def page(request: HttpRequest, *, status: int, message: str | None = None) -> HttpResponse:
    """The page (or JSON) for `status` with `message`, by default the status's own sentence."""
    sentence = message or SENTENCES[status]
    if _wants_json(request):
        return JsonResponse({"error": status, "message": sentence}, status=status)
    html: str
    try:
        html = render_to_string(f"ui/errors/{status}.html", {"status": status, "message": sentence}, request)
    except TemplateDoesNotExist:
        html = _plain(status, sentence)
    except Exception:
        logger.exception("the error page %s could not be drawn", status)
        html = _plain(status, sentence)
    return HttpResponse(html, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: a request that cannot be understood."""
    return page(request, status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: signed in, but not allowed; the exception's own sentence is shown."""
    return page(request, status=403, message=str(exception) or None)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return page(request, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault."""
    return page(request, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form's token is missing or old."""
    return page(request, status=403, message=CSRF_SENTENCE)


def _wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/") or request.headers.get("Accept", "").startswith(
        "application/json"
    )


def _plain(status: int, sentence: str) -> str:
    return (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{status}</title><main><h1>{status}</h1><p>{escape(sentence)}</p>"
        '<p><a href="/">返回首页</a></p></main></html>'
    )
