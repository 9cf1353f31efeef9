from dssdsl import Project, SavedModel

Project("SALES")
SavedModel("churn", type="PREDICTION")
SavedModel("helper", type="TOOLS_USING_AGENT")
