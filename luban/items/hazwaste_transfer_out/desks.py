"""Who works an application of transfer (危险废物 第一部分 §6, §11.2): the city's desks, the institution's, the province's."""

from __future__ import annotations

from luban.kit.process import Desk

INSTITUTION = "TECH-HW"
WINDOW, REVIEWER = Desk("city_window", at="city"), Desk("city_reviewer", at="city")
DIRECTOR, BUREAU_LEADER = Desk("city_director", at="city"), Desk("city_leader", at="city")
EVALUATOR = Desk("tech_officer", at="assigned", of=INSTITUTION)
SUPERVISOR = Desk("tech_supervisor", at="assigned", of=INSTITUTION)
PROVINCE = Desk("province_officer", at="invited")
RESERVE, DROP = ("transfer_permits.grant",), ("transfer_permits.drop",)
DRAFTED = "拟稿与签发不得为同一人，请由其他同志办理。"
