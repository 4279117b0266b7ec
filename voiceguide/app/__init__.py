"""Use cases between the rooms and the façade: checking, planning, exporting, and the doctor."""
