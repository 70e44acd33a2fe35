"""The firms' face: what to come for, applying, following a case, licences."""
