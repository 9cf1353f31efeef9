from dssdsl import Dashboard, Dataset, Project, Notebook
from dssdsl import Insigth, Zone
