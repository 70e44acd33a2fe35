"""Who works an application of storage or disposal (一般固体废物 2A.6): the city's desks and the receiving province's."""

from __future__ import annotations

from luban.kit.process import Desk

WINDOW, REVIEWER = Desk("city_window", at="city"), Desk("city_reviewer", at="city")
DIRECTOR, LEADER = Desk("city_director", at="city"), Desk("city_leader", at="city")
PROVINCE = Desk("province_officer", at="invited")
DRAFTED = "拟稿与签发不得为同一人，请由其他同志办理。"
