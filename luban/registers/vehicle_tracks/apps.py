"""Django's name for the register of vehicle tracks."""

from django.apps import AppConfig


class VehicleTracksConfig(AppConfig):
    """What the track platform last said of vehicles."""

    name = "luban.registers.vehicle_tracks"
    label = "vehicle_tracks"
    verbose_name = "车辆轨迹"
