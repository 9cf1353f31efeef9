from dssdsl import Dataset, Project, PythonRecipe

Project("SALES")

for name, env in {"score": "py311-ml", "train": "tensorflow_gpu"}.items():
    result = Dataset(f"{name.upper()}D", connection="filesystem_managed")
    PythonRecipe(name, outputs=result, code="x = 1\n", code_env=env)
