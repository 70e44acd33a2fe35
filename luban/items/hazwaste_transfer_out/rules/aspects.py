"""The aspects under which findings are grouped on review sheets."""

TERM = "期限"
PARTIES = "主体"
WASTES = "废物"
WAY = "运输"
PAPERS = "材料"
