# Score and rank of every unit in every run of the uncertainty designs.
def model(dbt, session):
    dbt.config(materialized="table")
    from flows.indexing.drawing.tables import drawn_scores

    return drawn_scores(
        {
            "int_index_run": dbt.ref("int_index_run"),
            "int_index_imputed": dbt.ref("int_index_imputed"),
            "int_index_weight": dbt.ref("int_index_weight"),
            "framework_method": dbt.ref("framework_method"),
            "framework_node": dbt.ref("framework_node"),
            "framework_level": dbt.ref("framework_level"),
            "framework_design": dbt.ref("framework_design"),
            "framework_option": dbt.ref("framework_option"),
            "framework_weight_set": dbt.ref("framework_weight_set"),
        }
    )
