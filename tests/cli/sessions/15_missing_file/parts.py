from dssdsl import PythonRecipe, file


def clean(orders, result):
    PythonRecipe("clean", inputs=orders, outputs=result, code=file("recipes/claen.py"))
