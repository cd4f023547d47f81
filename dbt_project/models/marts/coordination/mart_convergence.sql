-- (ln y(T) - ln y(0)) / T = a + β ln y(0), over the places known at both ends and without a break between.
with member as (
    select place_code from {{ ref('place') }} where is_member
),

known as (
    select s.indicator_code, s.place_code, s.year, s.value
    from {{ ref('int_member_series') }} as s
    inner join {{ ref('disparity_indicator') }} as d on s.indicator_code = d.indicator_code
    where s.value_kind in ('observed', 'derived') and s.value > 0
),

paired as (
    select
        a.indicator_code,
        a.place_code,
        a.year as first_year,
        b.year as last_year,
        b.year - a.year as years,
        ln(a.value) as log_first,
        ln(b.value) as log_last,
        a.value as first_value,
        b.value as last_value
    from known as a
    inner join known as b on a.indicator_code = b.indicator_code and a.place_code = b.place_code and a.year < b.year
    where
        not exists (
            select 1
            from {{ ref('series_break') }} as k
            where
                k.place_code = a.place_code and k.indicator_code in ('*', a.indicator_code)
                and k.first_year > a.year and k.first_year <= b.year
        )
),

-- Of the pairs of years for which all nine are known, the longest, and of these the latest.
complete as (
    select indicator_code, first_year, last_year
    from paired
    group by indicator_code, first_year, last_year
    having count(*) = (select count(*) from member)
    qualify row_number() over (
        partition by indicator_code order by last_year - first_year desc, last_year desc
    ) = 1
),

span as (
    select indicator_code, 'declared' as span_kind, first_year, last_year, least_known from {{ ref('disparity_indicator') }}
    union all
    select c.indicator_code, 'longest_of_all_nine', c.first_year, c.last_year, d.least_known
    from complete as c
    inner join {{ ref('disparity_indicator') }} as d on c.indicator_code = d.indicator_code
),

regression as (
    select
        s.indicator_code,
        s.span_kind,
        s.first_year,
        s.last_year,
        s.last_year - s.first_year as years,
        s.least_known,
        count(p.place_code) as members_known,
        string_agg(p.place_code, ' ' order by p.place_code) as place_codes,
        regr_slope((log_last - log_first) / p.years, log_first) as slope,
        regr_intercept((log_last - log_first) / p.years, log_first) as intercept,
        regr_r2((log_last - log_first) / p.years, log_first) as r_squared,
        regr_sxx((log_last - log_first) / p.years, log_first) as sxx,
        regr_syy((log_last - log_first) / p.years, log_first) as syy,
        stddev_pop(log_first) as sd_log_first,
        stddev_pop(log_last) as sd_log_last,
        stddev_pop(first_value) / avg(first_value) as cv_first,
        stddev_pop(last_value) / avg(last_value) as cv_last
    from span as s
    left join paired as p
        on s.indicator_code = p.indicator_code and s.first_year = p.first_year and s.last_year = p.last_year
    group by all
),

-- Too few places give no regression, only their number.
estimate as (
    select
        *,
        case when members_known >= least_known then slope end as beta,
        sqrt(greatest(syy - slope * slope * sxx, 0) / (members_known - 2) / sxx) as standard_error
    from regression
),

tested as (
    select
        *,
        beta / nullif(standard_error, 0) as t_statistic,
        case when 1 + beta * years > 0 then -ln(1 + beta * years) / years end as speed
    from estimate
)

select
    t.indicator_code,
    i.name_zh as indicator_name_zh,
    i.name_en as indicator_name_en,
    t.span_kind,
    t.first_year::integer as first_year,
    t.last_year::integer as last_year,
    t.members_known::integer as members_known,
    t.place_codes,
    round(t.beta, 12) as beta,
    case when t.beta is not null then round(t.standard_error, 12) end as beta_standard_error,
    round(t.t_statistic, 12) as t_statistic,
    case when t.t_statistic is not null then round({{ student_p('t.t_statistic', '(t.members_known - 2)') }}, 12) end as p_value,
    case when t.beta is not null then round(t.intercept, 12) end as intercept,
    case when t.beta is not null then round(t.r_squared, 12) end as r_squared,
    round(t.speed, 12) as convergence_speed,
    case when t.speed > 0 then round(ln(2) / t.speed, 12) end as half_life,
    case when t.beta is not null then round(t.sd_log_first, 12) end as sd_log_first,
    case when t.beta is not null then round(t.sd_log_last, 12) end as sd_log_last,
    case when t.beta is not null then round(t.cv_first, 12) end as cv_first,
    case when t.beta is not null then round(t.cv_last, 12) end as cv_last,
    round(t.members_known / (select count(*) from member), 12) as availability
from tested as t
inner join {{ ref('indicator') }} as i on t.indicator_code = i.indicator_code
order by t.indicator_code, t.span_kind
