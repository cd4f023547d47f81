-- Disagreements between printings: what the rules of int_conflict found, tied to the register of known ones by what both
-- print and cite, and of that register what no rule found. A known disagreement is met by a finding if they share a
-- source and the register's versions print both sides of it and the numbers that say what it is about.
with finding as (
    select
        c.*,
        concat_ws(' ; ', a.title, b.title) as titles,
        list_concat(string_split(coalesce(a.url, ''), ' ; '), string_split(coalesce(b.url, ''), ' ; ')) as urls,
        {{ side('c.said_a', 'c.value_a') }} as side_a,
        {{ side('c.said_b', 'c.value_b') }} as side_b
    from {{ ref('int_conflict') }} as c
    left join {{ source('raw', 'document') }} as a on c.document_id_a = a.document_id
    left join {{ source('raw', 'document') }} as b on c.document_id_b = b.document_id
),

register as (
    select
        file_path,
        row_no,
        any_value(document_id) as document_id,
        string_split(any_value(url), ' ; ') as urls,
        max(text) filter (where column_name = 'topic') as topic,
        max(text) filter (where column_name = 'version_a') as version_a,
        max(text) filter (where column_name = 'version_b') as version_b,
        max(text) filter (where column_name = 'why_it_matters') as why_it_matters,
        max(cell_address) filter (where column_name = 'topic') as topic_address,
        max(cell_address) filter (where column_name = 'version_a') as version_a_address,
        max(cell_address) filter (where column_name = 'version_b') as version_b_address
    from {{ source('raw', 'register_cell') }}
    where register_name = 'source_conflicts'
    group by file_path, row_no
),

known as (
    select
        * replace (
            -- "same" stands for what the row above says.
            case
                when starts_with(why_it_matters, 'same')
                    then
                        last_value(case when not starts_with(why_it_matters, 'same') then why_it_matters end ignore nulls)
                            over (partition by file_path order by row_no)
                        || substr(why_it_matters, length('same') + 1)
                else why_it_matters
            end as why_it_matters
        ),
        {{ version('version_a') }} as version_a_says,
        {{ version('version_b') }} as version_b_says,
        {{ version("concat_ws(' ', version_a, version_b)") }} as version_both_says
    from register
),

met as (
    select
        f.rule,
        f.cell_address_a,
        f.cell_address_b,
        k.topic,
        k.topic_address,
        k.why_it_matters,
        k.row_no,
        len(list_filter(k.urls, lambda u: list_contains(f.urls, u) or contains(f.titles, u))) as sources_shared,
        ({{ says('k.version_a_says', 'f.side_a') }} and {{ says('k.version_b_says', 'f.side_b') }})
        or ({{ says('k.version_b_says', 'f.side_a') }} and {{ says('k.version_a_says', 'f.side_b') }}) as is_opposed
    from finding as f
    inner join known as k
        on
            {{ says('k.version_both_says', 'f.side_a') }}
            and {{ says('k.version_both_says', 'f.side_b') }}
            and len(list_filter(
                f.context, lambda x: len(list_filter(k.version_both_says.numbers, lambda n: n.value = x)) = 0
            )) = 0
),

tied as (
    select *
    from met
    where sources_shared > 0
    qualify row_number() over (
        partition by rule, cell_address_a, cell_address_b order by is_opposed desc, sources_shared desc, row_no
    ) = 1
),

told as (
    select f.*, t.topic, t.topic_address, t.why_it_matters
    from finding as f
    left join tied as t
        on f.rule = t.rule and f.cell_address_a = t.cell_address_a and f.cell_address_b = t.cell_address_b
    union all by name
    select
        'known_only' as rule,
        k.topic as subject_zh,
        k.topic as subject_en,
        k.version_a as said_a,
        k.version_b as said_b,
        k.document_id as document_id_a,
        k.document_id as document_id_b,
        k.version_a_address as cell_address_a,
        k.version_b_address as cell_address_b,
        k.topic,
        k.topic_address,
        k.why_it_matters
    from known as k
    anti join tied as t on k.topic_address = t.topic_address
)

select
    t.rule,
    case when t.rule = 'one_cell' and t.status_a <> t.status_b then 'revision' else r.kind end as kind,
    t.place_code,
    t.indicator_code,
    t.subject_zh,
    t.subject_en,
    t.period_a,
    t.period_b,
    t.said_a,
    t.said_b,
    t.value_a,
    t.value_b,
    t.unit,
    -- Years differ by years and not by a share.
    case
        when coalesce(t.unit, '') <> '年' then {{ significant('(100 * (t.value_b - t.value_a) / nullif(t.value_a, 0))') }}
    end as difference_percent,
    t.status_a,
    t.status_b,
    t.vintage_date_a,
    t.vintage_date_b,
    t.document_id_a,
    t.document_id_b,
    t.cell_address_a,
    t.cell_address_b,
    t.chosen,
    t.topic as known_topic,
    t.topic_address as known_cell_address,
    t.why_it_matters,
    r.explanation_zh,
    r.explanation_en,
    coalesce(t.reviewed_zh, r.cause_zh) as likely_cause_zh,
    coalesce(t.reviewed_en, r.cause_en) as likely_cause_en
from told as t
-- A rule that the seed does not explain breaks the contract instead of losing its findings.
left join {{ ref('conflict_rule') }} as r on t.rule = r.rule
order by
    t.topic_address is null, r.rule, abs(difference_percent) desc nulls last,
    t.indicator_code, t.place_code, t.period_a, t.cell_address_a, t.cell_address_b
