"""市大数据资源平台: legal persons."""
