# Printed totals between areas split over the places in them, by iterative proportional fitting from gravity.
def model(dbt, session):
    dbt.config(materialized="table")
    from flows.networking.tables import fitted_links

    return fitted_links(
        dbt.ref("int_link_observed"),
        dbt.ref("link_measure"),
        dbt.ref("place_member"),
        dbt.ref("int_link_gravity"),
    )
