"""运输单位信息备案: one folder that reads like its brief."""
