{#- The arithmetic of published indices: every growth rate that an edition states, against the levels of the same edition.
    Yearly growth and the pace of a pillar have columns of their own; the pace of the total stands in the remark on its
    printing, with its years or with the base year meant. Where an edition does not print the first level, the rate
    cannot be checked within it, and the level of the latest other edition is a reading beside it: editions re-estimate
    their history and do not mix. -#}
{% macro claims_of_published_index() %}
with level as (
    select * from {{ ref('mart_published_index') }} where is_best
),

known_level as (
    select index_code, edition, pillar_code, data_year, value, value_low, value_high from level where how <> 'derived'
    union
    -- The base year is 100 by definition, printed or not.
    select distinct index_code, edition, pillar_code, base_year, 100.0, 100.0, 100.0 from level
),

remark as (
    select *, unnest(regexp_extract_all(note, '(?:since \d{4} |\d{4}-\d{4} )?stated [\d.]+%(?: \(\d{4}-\d{4}\))?')) as said
    from level
    where pillar_code = 'total'
),

rate as (
    select *, 'yearly' as kind, data_year - 1 as first_year, growth_as_printed as rate_text
    from level
    where growth_as_printed is not null and pillar_code = 'total'
    union all by name
    select
        *, 'pace' as kind,
        case when regexp_full_match(growth_window, '\d{4}-\d{4}') then left(growth_window, 4)::integer end as first_year,
        growth_as_printed as rate_text
    from level
    where growth_window is not null
    union all by name
    select
        * exclude (said), 'pace' as kind,
        coalesce(regexp_extract_all(said, '\d{4}')[1]::integer, base_year) as first_year,
        regexp_extract(said, '([\d.]+)%', 1) as rate_text
    from remark
),

numbered as (
    select *, rate_text::double as rate, {{ printed_half_unit('rate_text') }} as half_unit
    from rate
    where regexp_full_match(rate_text, '\d{1,4}(\.\d{1,6})?')
),

-- The first levels that a rate may be held against: of its own edition; where that has none, of the latest other one.
started as (
    select
        r.*,
        s.edition as start_edition,
        coalesce(r.first_year, r.base_year) as start_year,
        s.value as start_value,
        s.value_low as start_low,
        s.value_high as start_high,
        coalesce(s.edition = r.edition and r.first_year is not null, false) as is_own
    from numbered as r
    left join known_level as s
        on
            r.index_code = s.index_code
            and r.pillar_code = s.pillar_code
            and coalesce(r.first_year, r.base_year) = s.data_year
            and (s.edition = r.edition or r.first_year is not null)
    qualify row_number() over (
        partition by r.cell_address, r.kind, r.first_year, r.rate_text order by s.edition <> r.edition, s.edition desc
    ) = 1
),

-- A level that was itself made from the rate checks nothing.
reading as (
    select *, true as is_principal, is_own and how <> 'derived' as is_checked from started
    union all by name
    select *, false as is_principal, how <> 'derived' as is_checked from started where not is_own and start_value is not null
)

select
    'published_index' as claim_set,
    index_code || '@' || edition || '/' || pillar_code || '/' || coalesce(first_year::varchar, '?') || '-' || data_year
        as claim_id,
    publisher as said_by,
    edition::varchar as said_on,
    vintage_date as said_by_day,
    edition || '版' || index_name_zh || '·' || pillar_name_zh || ':'
        || coalesce(first_year::varchar, '(未注明)') || '至' || data_year || '年' || case kind when 'pace' then '年均增长' else '增长' end
        || rate_text || '%' as statement_zh,
    index_name_en || ', edition ' || edition || ', ' || lower(pillar_name_en) || ': ' || rate_text || ' % '
        || case kind when 'pace' then 'a year from ' else 'from ' end || coalesce(first_year::varchar, 'a year not stated')
        || ' to ' || data_year as statement_en,
    index_name_zh as subject,
    pillar_code as metric,
    coalesce(first_year::varchar, '?') || '-' || data_year as period_text,
    rate_text || '%' as claimed_as_printed,
    '%' as unit,
    'growth' as comparison,
    false as is_strict,
    rate as claimed_value,
    rate - half_unit as claimed_low,
    rate + half_unit as claimed_high,
    case when first_year is null then '增速所指的起始年份' else edition || '版所载' || first_year || '年与' || data_year || '年的数值' end
        as settled_by_zh,
    case
        when first_year is null then 'The first year that the rate is of'
        else 'The values of ' || first_year || ' and ' || data_year || ' as edition ' || edition || ' has them'
    end as settled_by_en,
    null as source_url,
    1 as printings,
    document_id,
    cell_address,
    case
        when is_principal then 'own_edition'
        when first_year is null then 'from_base_year'
        else 'edition_' || start_edition
    end as reading,
    is_principal,
    case
        when is_principal then '同版所载数值'
        when first_year is null then '自基期' || base_year || '年起'
        else first_year || '年数值取自' || start_edition || '版'
    end as reading_zh,
    case
        when is_principal then 'levels of the same edition'
        when first_year is null then 'from the base year ' || base_year
        else 'the level of ' || first_year || ' taken from edition ' || start_edition
    end as reading_en,
    case when is_checked then 'growth' end as how_computed,
    case when is_checked then 'derived' end as value_kind,
    {%- for name, start, finish in [
        ('value', 'start_value', 'value'), ('low', 'start_high', 'value_low'), ('high', 'start_low', 'value_high')
    ] %}
    case
        when is_checked
            then 100 * (pow({{ finish }} / {{ start }}, 1.0 / (data_year - start_year)) - 1)
    end as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
from reading
{% endmacro %}
