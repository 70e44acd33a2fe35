"""What may be restored, by conclusion, in words (docs/adr/0030): where nothing intact is at hand, what to do instead."""

from __future__ import annotations

from collections.abc import Mapping

RESTORABLE: Mapping[str, str] = {
    "db_tampered": "业务数据被改动：由本地快照写回；快照也坏时由网关保存的正文写回。",
    "db_and_snapshot_tampered": "业务数据和本地快照都被改动：由网关保存的正文写回，快照随后由业务数据重做。",
    "snapshot_tampered": "本地快照被改动或丢失：由与链上一致的业务数据重做。",
    "attachment_missing": "附件清单被改动的，由提交时的经过写回；文件本身丢失的，须从备份恢复。",
    "attachment_tampered": "附件清单被改动的，由提交时的经过写回；文件本身被改动的，须从备份恢复。",
    "attachment_unanchored": "附件清单多出的行，由提交时的经过写回（去掉多出的行）。",
}
"""Conclusions after which there may be something intact to restore from, with what it is."""

WHY_NOT: Mapping[str, str] = {
    "consistent": "这条记录核验一致，没有要恢复的。",
    "consistent_pending": "已上链的版本核验一致，没有要恢复的。",
    "chain_unreachable": "区块链暂不可访问，不能比对，也不能恢复；请待区块链恢复后再试。",
    "anchor_pending": "数据正在上链，链上还没有可以比对的依据；请稍后再核验。",
    "anchor_delayed": "数据没有上链，链上没有可以比对的依据；请先在“链状态”处理这笔上链。",
    "anchor_lost": "链上查不到存证，没有可以比对的依据，不能恢复；请移交调查。",
    "anchor_missing": "链上没有存证，没有可以比对的依据，不能恢复；请移交调查。",
    "local_missing": "本地业务数据整件缺失，存证只证明内容，不能重建整件；请由运维从备份恢复（luban restore）。",
    "history_broken": "链上的版本自己不相接，问题不在本平台的数据；请移交调查。",
    "status_mismatch": "办理状态由办理经过得出，不是数据行被改动；请核对办理经过和上链请求后处置。",
}
ENTRIES = "审批环节的存证由办理经过和文书逐条算出，没有可以写回的快照；被改动的，请由运维从备份恢复（luban restore）。"
FILES_LOST = (
    "附件清单与提交时一致，是文件本身丢失或被改动，平台没有另一份；请由运维从备份恢复（luban restore）。"
)
NO_SOURCE = (
    "本地快照和网关保存的正文都不能得出链上的摘要，没有完好的依据，不能恢复；"
    "请由运维从备份恢复（luban restore）。"
)
NOT_EQUAL = "写回后的摘要与链上不同，不能恢复；请由运维从备份恢复（luban restore）。"
HISTORY = "经过不能在这里恢复，请由运维从备份恢复（luban restore）。"
ANEW = "由业务数据重做"
NOTHING = "业务数据和快照都已与链上一致，没有要写回的。"

SOURCES: Mapping[str, str] = {
    "snapshot": "本地快照",
    "gateway": "网关保存的正文",
    "row": "业务数据",
    "history": "提交时的经过",
}
PLACES: Mapping[str, str] = {
    "row": "业务数据",
    "files": "附件清单",
    "snapshot": "本地快照",
}


def why_not(result: str, *, record: str) -> str:
    """Why a conclusion is not restored here; "" when it may be."""
    if result in ("consistent", "consistent_pending", "chain_unreachable"):
        return WHY_NOT[result]
    if record == "DC":
        return ENTRIES
    return "" if result in RESTORABLE else WHY_NOT.get(result, NO_SOURCE)
