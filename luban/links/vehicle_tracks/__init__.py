"""车辆轨迹平台: where vehicles that carry hazardous waste report from."""
