-- Every public claim beside every reading of it that was recomputed. macros/claims has a file for each claim of the
-- register, with its readings, and in families/ a file for each family of claims that recompute themselves; both are
-- strung together by their names here, so a new claim is a row and a file.
{%- set claims = [] -%}
{%- set families = [] -%}
{%- for name in (context if context is defined else []) -%}
    {%- if name.startswith('claim_') %}{% do claims.append(name) %}{% endif -%}
    {%- if name.startswith('claims_of_') %}{% do families.append(name) %}{% endif -%}
{%- endfor %}

with reading as (
    select
        null::varchar as claim_id, null::varchar as reading, null::boolean as is_principal, null::varchar as reading_zh,
        null::varchar as reading_en, null::varchar as how_computed, null::varchar as value_kind, null::double as value,
        null::double as low, null::double as high, null::varchar as missing_zh, null::varchar as missing_en,
        null::struct(
            place_code varchar, name_zh varchar, value double, value_low double, value_high double, value_kind varchar,
            imputation_method varchar, vintage_date date, cell_address varchar
        )[] as addends
    where false
    {%- for name in claims | sort %}
    union all by name
    select '{{ name | replace("claim_", "", 1) }}' as claim_id, * from ({{ context[name]() }})
    {%- endfor %}
),

registered as (
    select
        c.claim_set, c.claim_id, c.said_by, c.said_on, c.said_by_day, c.statement_zh, c.statement_en, c.subject, c.metric,
        c.period_text, c.claimed_as_printed, c.unit, c.comparison, c.is_strict, c.claimed_value, c.claimed_low,
        c.claimed_high, c.settled_by_zh, c.settled_by_en, c.source_url, 1 as printings, c.document_id, c.cell_address,
        r.* exclude (claim_id)
    from {{ ref('stg_claim') }} as c
    left join reading as r on c.claim_id = r.claim_id
    where c.reject_rule is null
),

every_set as (
    select * from registered
    {%- for name in families | sort %}
    union all by name
    select * from ({{ context[name]() }})
    {%- endfor %}
)

-- A claim that nothing is known about, as on a day before its inputs were published, still has its principal reading.
select
    * replace (
        coalesce(reading, 'none') as reading,
        coalesce(is_principal, true) as is_principal,
        coalesce(reading_zh, '未能复算') as reading_zh,
        coalesce(reading_en, 'not recomputed') as reading_en,
        coalesce(how_computed, 'none') as how_computed,
        coalesce(missing_zh, case when low is null and high is null then settled_by_zh end) as missing_zh,
        coalesce(missing_en, case when low is null and high is null then settled_by_en end) as missing_en
    )
from every_set
where said_by_day <= {{ known_on() }}
