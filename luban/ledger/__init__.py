"""The solid-waste consortium chain: what is digested, anchored and verified."""
