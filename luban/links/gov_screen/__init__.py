"""The big screen of the government cloud: takes the figures of the chain, the newest only."""
