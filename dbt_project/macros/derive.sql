{#- One pass over the formulas of seeds/derivation.csv: sum, product or ratio of two figures of one place and
    year. Pairs from one document go first where the formula asks for it (a ratio within one vintage), those
    whose whole is the best value before others. A product takes the whole as it was known when the ratio was
    printed: an intensity belongs to the GDP of its own vintage. Else the best values are paired. Figures known
    to be faulty and forecasts are never paired. Intervals follow by interval arithmetic: no input is negative. -#}
{% macro derive(inputs, pass) %}
select
    a.place_code,
    d.indicator_code,
    a.period,
    a.period_end,
    d.factor * case d.operation
        when 'sum' then a.value + b.value when 'product' then a.value * b.value else a.value / b.value
    end as value,
    d.factor * case d.operation
        when 'sum' then a.value_low + b.value_low
        when 'product' then a.value_low * b.value_low
        else a.value_low / b.value_high
    end as value_low,
    d.factor * case d.operation
        when 'sum' then a.value_high + b.value_high
        when 'product' then a.value_high * b.value_high
        else a.value_high / b.value_low
    end as value_high,
    d.factor * case d.operation
        when 'sum' then a.closed_low + b.closed_low
        when 'product' then a.closed_low * b.closed_low
        else a.closed_low / b.closed_high
    end as closed_low,
    d.factor * case d.operation
        when 'sum' then a.closed_high + b.closed_high
        when 'product' then a.closed_high * b.closed_high
        else a.closed_high / b.closed_low
    end as closed_high,
    i.base_unit as unit,
    case
        when a.qualifier in ('at_least', 'at_most') then a.qualifier
        when b.qualifier = 'at_least' and d.operation = 'ratio' then 'at_most'
        when b.qualifier = 'at_most' and d.operation = 'ratio' then 'at_least'
        when b.qualifier in ('at_least', 'at_most') then b.qualifier
        when 'about' in (a.qualifier, b.qualifier) then 'about'
        else 'exact'
    end as qualifier,
    case when greatest(a.status_rank, b.status_rank) = a.status_rank then a.status else b.status end as status,
    greatest(a.status_rank, b.status_rank) as status_rank,
    greatest(a.vintage_date, b.vintage_date) as vintage_date,
    a.document_id,
    a.cell_address || ' ; ' || b.cell_address as cell_address,
    d.formula
from {{ ref('derivation') }} as d
inner join {{ ref('indicator') }} as i on d.indicator_code = i.indicator_code
inner join {{ inputs }} as a on d.first_code = a.indicator_code
inner join {{ inputs }} as b
    on
        d.second_code = b.indicator_code
        and a.place_code = b.place_code
        and a.period = b.period
        and (
            (a.is_best and b.is_best)
            or (d.same_document and a.document_id = b.document_id)
            or (d.operation = 'product' and a.is_best and b.vintage_date <= a.vintage_date)
        )
where
    d.pass = {{ pass }}
    and not (a.is_unsound or b.is_unsound)
    and (b.is_best or b.qualifier not in ('at_least', 'at_most'))
    -- Over what may be nought there is no ratio.
    and (d.operation <> 'ratio' or b.closed_low > 0)
qualify row_number() over (
    partition by a.place_code, d.indicator_code, a.period
    order by
        (d.same_document and a.document_id = b.document_id) desc,
        (d.operation = 'product' and b.vintage_date <= a.vintage_date) desc nulls last,
        case when d.same_document then b.is_best end desc nulls last,
        greatest(a.status_rank, b.status_rank),
        greatest(a.vintage_date, b.vintage_date) desc nulls last,
        (a.closed_high - a.closed_low) / nullif(a.value, 0) nulls last,
        a.cell_address,
        -- Of several printings of the other figure the best one, else one that no rounded restatement shadows.
        b.is_best desc,
        b.status_rank,
        {{ precision_width('b') }},
        b.vintage_date desc nulls last,
        b.cell_address
) = 1
{% endmacro %}
