"""一般固体废物台账: wharves, route restrictions, the watch list and reference notes that the solid waste items share."""
