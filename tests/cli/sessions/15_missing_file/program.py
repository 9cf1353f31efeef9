from parts import clean

from dssdsl import Dataset, LibraryFile, Project, SQLDataset, UploadedFilesDataset, file, files

Project("SALES")

orders = SQLDataset("ORDERS", connection="warehouse", table="orders")
clean(orders, Dataset("ORDERS_CLEAN", connection="warehouse"))
LibraryFile("python/rates.py", content=file("lib/rates.py"))
UploadedFilesDataset("TARGETS", files=["targets.csv"])
for each in files("notebooks/*.py"):
    LibraryFile(f"python/{each.path.name}", content=each)
