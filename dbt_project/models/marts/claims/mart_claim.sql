-- Each public claim with its principal reading, the verdict on it and whether another reading would change the verdict.
select
    c.claim_id,
    c.claim_set,
    c.statement_zh,
    c.statement_en,
    c.said_by,
    c.said_on,
    c.subject,
    c.metric,
    c.period_text,
    c.claimed_as_printed,
    c.claimed_value,
    c.unit,
    c.comparison,
    c.claimed_low,
    c.claimed_high,
    r.reading_zh,
    r.reading_en,
    r.how_computed,
    r.value_kind,
    r.computed_value,
    r.computed_low,
    r.computed_high,
    r.verdict,
    r.margin,
    r.margin_percent,
    a.readings,
    a.verdict_depends_on_reading,
    r.missing,
    r.missing_zh,
    c.settled_by_zh,
    c.settled_by_en,
    c.source_url,
    c.printings::integer as printings,
    c.document_id,
    c.cell_address
from {{ ref('int_claim_reading') }} as c
inner join {{ ref('mart_claim_reading') }} as r on c.claim_id = r.claim_id and c.reading = r.reading
inner join (
    select claim_id, count(*)::integer as readings, count(distinct verdict) > 1 as verdict_depends_on_reading
    from {{ ref('mart_claim_reading') }}
    group by claim_id
) as a on c.claim_id = a.claim_id
where c.is_principal
order by list_position(['founding_article', 'corridor_headline', 'published_index'], c.claim_set) nulls last, c.claim_id
