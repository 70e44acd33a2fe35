"""The faces of the house: pages and addresses for each kind of visitor."""
