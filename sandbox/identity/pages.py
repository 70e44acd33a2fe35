"""What people see of the identity platforms: the list of persons, the consent, the way out, switches. All marked 演示."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby
from urllib.parse import urlencode

from sandbox.identity.persons import Human
from sandbox.identity.provider import Provider
from sandbox.pages import page, switch_forms
from sandbox.switches import IDENTITY_FAULTS, Switch


def choose(*, provider: Provider, request: str) -> str:
    """Who are you? A list instead of a password."""
    groups = []
    for org, people in groupby(provider.persons.values(), key=lambda one: one.org_name):
        links = "".join(
            f'<li><a href="{_link(provider, "consent", request, one)}">{escape(one.name)}</a>'
            f"<small>{escape(one.account)} · {escape(one.about)}</small></li>"
            for one in people
        )
        groups.append(f'<h2>{escape(org)}</h2><ul class="people">{links}</ul>')
    deny = f"/identity/{provider.code}/deny?{urlencode({'request': request})}"
    return page(
        title=f"{provider.title}：选择演示人员",
        lead="这里是演示替身，用选人代替真实的口令和证书。以下人员均为虚构。",
        main=f'<p><a href="{deny}">取消登录</a></p>{"".join(groups)}',
    )


def consent(*, provider: Provider, request: str, person: Human) -> str:
    """What will be told about the one chosen."""
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(str(value))}</td></tr>"
        for name, value in person.claims.items()
    )
    back = f"/identity/{provider.code}/choose?{urlencode({'request': request})}"
    return page(
        title=f"{provider.title}：同意登录",
        lead=f"“绿办”将得到{person.name}的以下身份信息。",
        main=f'<div class="scroll"><table><tbody>{rows}</tbody></table></div>'
        f'<p><a class="go" href="{_link(provider, "grant", request, person)}">同意并登录</a>　<a href="{back}">换一个人</a></p>',
    )


def left(*, provider: Provider, back: str) -> str:
    """Signed out here, too."""
    onward = f'<p><a class="go" href="{escape(back)}">回到业务系统</a></p>' if back else ""
    return page(title=f"已退出{provider.title}", lead="演示替身不保留登录状态。", main=onward)


def wrong(*, provider: Provider, message: str) -> str:
    """A request that makes no sense."""
    return page(title=f"{provider.title}：无法继续", lead=message, main="<p>请回到业务系统重新登录。</p>")


def overview(*, provider: Provider, switches: Sequence[Switch]) -> str:
    """The platform's switches, and whom it signed in."""
    people = "".join(
        f'<li>{escape(one.name)}<small>{escape(one.account)}</small><form method="post" '
        f'action="/identity/{provider.code}/leave" class="search"><input type="hidden" name="who" '
        f'value="{escape(one.account)}"><button>在统一身份退出</button></form></li>'
        for one in provider.signed_in
    )
    return page(
        title=provider.title,
        lead="演示替身：业务系统从登录页到这里来，选一个演示人员即为登录。下面的开关让它出各种差错。",
        main=f'<p><a href="/">返回全部系统</a></p><section><h2>故障开关</h2><div class="switches">'
        f"{switch_forms(link=provider.link, faults=IDENTITY_FAULTS, switches=switches)}</div></section>"
        f'<section><h2>最近登录的人</h2><ul class="people">{people or "<li>还没有人登录。</li>"}</ul></section>',
    )


def _link(provider: Provider, step: str, request: str, person: Human) -> str:
    return escape(
        f"/identity/{provider.code}/{step}?{urlencode({'request': request, 'who': person.account})}"
    )
