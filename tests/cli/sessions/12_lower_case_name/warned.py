from dssdsl import Dataset, Project

Project("SALES")

for country in ("fr", "de", "it"):
    Dataset(f"orders_{country}", connection="warehouse")
