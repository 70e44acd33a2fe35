"""An applicant reminds a carrier once a day; the carrier's home page hears it, the city can look it up."""

from datetime import datetime, timedelta, timezone

import pytest

from luban.kit.refusal import Refused
from luban.links.outbox.models import Effect
from luban.registers.carriers import shelf
from luban.registers.carriers.eligibility import Level, Reason
from luban.registers.carriers.reminders import mark_read, remind, reminders

AT = datetime(2026, 7, 1, 10, 0, tzinfo=timezone(timedelta(hours=8)))
REASONS = (
    Reason(
        "CQ-03",
        Level.INCOMPLETE,
        "该运输单位未备案有效的押运员，无法选择，请通知其办理运输单位信息备案。",
    ),
)
OUAN = "YSDW00000002"


def send(at=AT, applicant="91310115MA7K3Q2X8Y", carrier=OUAN, reasons=REASONS):
    return remind(
        carrier_id=carrier,
        applicant=applicant,
        applicant_name="上海拾穗微电子有限公司",
        reasons=reasons,
        at=at,
    )


@pytest.mark.django_db
def test_once_a_day_for_each_applicant_and_carrier():
    shelf.load_demo()
    send()
    with pytest.raises(Refused, match="24小时内已提醒过该运输单位") as again:
        send(AT + timedelta(hours=23, minutes=59))
    assert again.value.status == 429
    send(AT + timedelta(hours=24))
    send(applicant="91310116MA1TL3C20A")
    send(carrier="YSDW00000003")
    assert len(reminders(carrier_id=OUAN)) == 3
    assert len(reminders()) == 4


@pytest.mark.django_db
def test_the_carrier_reads_why_on_its_home_page():
    shelf.load_demo()
    sent = send()
    effect = Effect.objects.get(name="enterprise_message")
    assert (effect.link, effect.body["uscc"], effect.body["event"]) == (
        "one_net",
        "91330803MA2DLX808C",
        "REMIND",
    )
    assert "未备案有效的押运员" in effect.body["text"]
    assert (sent.rules, sent.read_at) == (("CQ-03",), None)
    assert mark_read(uscc="91330803MA2DLX808C", at=AT) == 1
    assert reminders()[0].read_at == AT


@pytest.mark.django_db
def test_nothing_wrong_or_nobody_there_is_refused():
    shelf.load_demo()
    with pytest.raises(Refused, match="没有需要提醒的问题"):
        send(reasons=())
    with pytest.raises(Refused) as unknown:
        send(carrier="YSDW99999999")
    assert unknown.value.status == 404
