"""国家危险废物信息管理系统: letters of consultation between provinces, their replies, and what was decided."""
