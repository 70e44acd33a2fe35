"""全国排污许可证管理信息平台: discharge permits."""
