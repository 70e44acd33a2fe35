"""What several pieces of evidence of one event come to together."""

from luban.ledger.requests import Standing

ON, STUCK, WAITING = Standing(True, block=7), Standing(False, stuck=True), Standing(False)


def test_an_event_is_on_the_chain_only_when_all_of_its_evidence_is() -> None:
    assert ON & Standing(True, block=9) == Standing(True, block=9)
    assert ON & Standing(True) == Standing(True, block=7)
    assert ON & WAITING == WAITING
    assert WAITING & STUCK == STUCK
