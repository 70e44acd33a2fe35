"""The actions of the audit trail in words."""

from collections.abc import Mapping

ACTIONS: Mapping[str, str] = {
    "integrity.alarm": "告警：数据被改动",
    "secret.unmask": "查看个人信息明文",
    "person.export": "导出个人数据",
    "case.dossier": "下载案卷",
    "case.export": "导出办件",
    "policy.export": "导出政策试算",
    "audit.export": "导出审计日志",
    "signin": "登录",
    "signin.failed": "登录失败",
    "signin.locked": "账号锁定",
    "signout": "退出",
    "role.switch": "切换角色",
    "register.propose": "提出台账修改",
    "register.propose_removal": "提出台账删除",
    "register.approve": "复核台账修改",
    "register.reject": "退回台账修改",
    "register.import": "导入台账",
    "register.export": "导出台账",
    "delivery.resend": "重发外发",
    "delivery.cancel": "取消外发",
    "account.edit": "修改账号",
    "key.rotate": "更换密钥",
}


def title_of_action(code: str) -> str:
    """An action in words; a code without words stands for itself."""
    return ACTIONS.get(code, code)
