"""办公端: the officials' face. Lists, the case page with its decision, registers, licences, figures, deliveries."""
