from dssdsl import Dashboard, Dataset, Project, ShellRecipe
from dssdsl import Insigth, Zone
