select *
from {{ ref('publication_calendar') }}
where
    not coalesce(
        first_year > 1900
        and every_years >= 1
        and due_month between 1 and 12
        and due_day between 1 and 31
        and due_lag_years >= 0
        and grace_days >= 0
        and len(list_filter(
            [name_zh, name_en, publisher_zh, publisher_en, basis_zh, basis_en, indicator_codes, statuses, places],
            lambda text: trim(text) <> ''
        )) = 9,
        false
    )
