"""One maintenance mechanism for all dated registers: shipped rows, officials' edits over them, spreadsheets in and out."""
