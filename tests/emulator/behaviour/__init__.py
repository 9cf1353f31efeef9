"""Rules observed on real servers that no other test covers; ``rules.yaml`` lists them."""
