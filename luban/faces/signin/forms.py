"""The sign-in form: a name and a password, with sentences a person can act on."""

from django import forms

from luban.people.signing import LONGEST_PASSWORD


class SigninForm(forms.Form):
    """``username`` and ``password`` as typed; the password keeps its spaces."""

    username = forms.CharField(
        label="账号",
        max_length=64,
        error_messages={"required": "请输入账号。", "max_length": "账号不超过 64 个字符，请检查后重新输入。"},
    )
    password = forms.CharField(
        label="密码",
        max_length=LONGEST_PASSWORD,
        strip=False,
        error_messages={"required": "请输入密码。", "max_length": "密码过长，请检查后重新输入。"},
    )
