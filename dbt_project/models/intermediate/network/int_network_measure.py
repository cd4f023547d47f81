# Centralities, communities and modularity of every network of the matrix.
def model(dbt, session):
    dbt.config(materialized="table")
    from flows.networking.tables import network_measures

    return network_measures(dbt.ref("mart_link_matrix"))
