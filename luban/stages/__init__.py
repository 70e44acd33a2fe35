"""What the engine does at each stage of a case, whatever the item: fill, precheck, review, licence, chain, share."""
