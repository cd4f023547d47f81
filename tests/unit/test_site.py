"""The docs site of a tiny release: links lead somewhere, text is safe, numbers keep their signs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag

import duckdb
import pytest

from flows.bilingual import two_languages
from flows.reporting.site import build_site
from flows.reporting.site.citing import bibtex_of
from flows.reporting.site.facts_meta import EXAMPLE_ROWS
from flows.reporting.site.numbers import interval, number, power_of_ten, slug, web_pieces
from flows.reporting.site.pages_start import change_reason

HARMFUL = "<script>alert(1)</script>"

RELEASE = f"""
create schema marts; create schema staging; create schema meta;

create table meta.node as
select * from (values
    ('place', 'seed', 'seed', '地区。 Places.'),
    ('statistic', 'raw', 'raw', '数字。 Figures {HARMFUL}'),
    ('int_indicator', 'intermediate', 'intermediate', '最佳值。 Best values.'),
    ('dim_place', 'marts', 'core', '地区。 Places.'),
    ('fct_indicator', 'marts', 'core', '最佳值。 Best values.')
) as t (table_name, layer, subject, description);

create table meta.column_lineage as
select * from (values
    ('dim_place', 'place_code', 'place', 'place_code'),
    ('int_indicator', 'value', 'statistic', 'value_text'),
    ('int_indicator', 'place_code', 'place', 'place_code'),
    ('fct_indicator', 'value', 'int_indicator', 'value'),
    ('fct_indicator', 'unit', 'int_figure', 'value {HARMFUL}'),
    ('fct_indicator', 'place_code', 'int_indicator', 'place_code')
) as t (table_name, column_name, from_table, from_column);

create table meta.column_unfollowed as
select 'fct_indicator' as table_name, 'unit' as column_name, 'a pivot' as reason;
create table meta.key as
select * from (values
    ('dim_place', ['place_code']), ('fct_indicator', ['place_code', 'indicator_code', 'period'])
) as t (table_name, columns);
create table meta.reference as
select 'fct_indicator' as table_name, ['place_code'] as columns, 'dim_place' as to_table,
    ['place_code'] as to_columns;

create table marts.dim_place as
select *, null::varchar as note_zh, null::varchar as note_en from (values
    ('310117', '松江区', 'Songjiang District', 'district', true, 121.23, 31.03),
    ('330100', '杭州市', 'Hangzhou', 'prefecture', true, 120.16, 30.27),
    ('110000', '北京市', 'Beijing', 'municipality', false, 116.41, 39.9),
    ('330000', '浙江省', 'Zhejiang', 'province', false, 120.15, 30.27),
    ('G60', '长三角G60科创走廊九城市', 'G60 corridor (the nine)', 'corridor', false, null, null),
    ('100000', '全国', 'China', 'nation', false, null, null)
) as t (place_code, name_zh, name_en, place_kind, is_member, longitude, latitude);

create table marts.dim_indicator as
select * from (values
    ('gdp', '地区生产总值', 'Gross domestic product', '当年价格', 'At current prices {HARMFUL}', '亿元',
        '100 million yuan', 'flow', 'economy', true, null),
    ('gdp_per_head', '人均地区生产总值', 'GDP per head', '比率', 'A ratio', '元', 'yuan', 'ratio',
        'economy', false,
        'gdp ÷ pop_resident'),
    ('joint_patents', '合作专利', 'Joint patents', '汇总', 'Added up', '件', 'patents', 'flow', 'economy',
        true, null),
    ('patents', '专利', 'Patents', '件数', 'Patents', '件', 'patents', 'stock', 'a_new_subject', true, null)
) as t (indicator_code, name_zh, name_en, definition_zh, definition_en, unit, unit_en, measure, domain,
    is_additive, formula);

create table staging.indicator_word as
select 'gdp' as indicator_code, '经济总量' as word;
create table staging.indicator_alias as
select * from (values
    ('国内生产总值', null, 'gdp'), ('合计', 'census', 'patents')
) as t (alias, source, indicator_code)
cross join (select null as dimension, null as valid_from, null as valid_to);

create table marts.dim_document as
select *, 'unknown' as licence, null as note, 'bulletins/330100.csv' as file_path, 2 as figures,
    0 as register_rows, 'cited' as document_kind, '2024-04-01' as accessed_on
from (values
    ('d-1', '公报 {HARMFUL}', null, '统计局', 'https://example.org/a?b=1&c=2 ; 纸本', '2024-03-01'),
    ('d-2', '年鉴', 'Yearbook', null, 'javascript:alert(1)', null)
) as t (document_id, title, title_en, publisher, url, published_on);

create table marts.fct_observation as
select *, 'year' as period_kind, make_date(period::integer, 12, 31) as period_end, true as is_dated,
    null as correction_action, null as correction_id, null::double as value_before_correction,
    '{HARMFUL}' as doubt, null as reclassified_from, null as note, date '2024-03-01' as vintage_date
from (values
    ('330100', 'gdp', '2022', '18753.0', '亿元', 18753.0, 18752.95, 18753.05, '亿元', 'exact', 'observed',
        'final',
        'd-1', 'f.csv#B1', true),
    ('330100', 'gdp', '2022', '1.9', '万亿元', 19000.0, 18500.0, 19500.0, '亿元', 'exact', 'observed',
        'preliminary',
        'd-2', 'f.csv#B9', false),
    ('330100', 'gdp', '2024', '超2.1', '万亿元', 21000.0, 21000.0, null, '亿元', 'at_least', 'bound',
        'preliminary',
        'd-1', 'f.csv#B2', true),
    ('310117', 'gdp', '2022', '1750.12', '亿元', 1750.12, 1750.115, 1750.125, '亿元', 'exact', 'observed',
        'final',
        'd-2', 'f.csv#B3', true),
    ('100000', 'patents', '2022', '421.2', '万件', 4212000.0, 4211500.0, 4212500.0, '件', 'exact',
        'observed',
        'unknown', 'd-1', 'f.csv#B4', true)
) as t (place_code, indicator_code, period, value_as_printed, unit_as_printed, value, value_low, value_high,
    unit,
    qualifier, value_kind, status, document_id, cell_address, is_best);

create table marts.fct_indicator as
select place_code, indicator_code, period, period::integer as year, period_end, value, value_low,
    value_high, unit,
    qualifier, value_kind, status, vintage_date, document_id, cell_address, null::varchar as formula
from marts.fct_observation where is_best
union all
select '330100', 'gdp_per_head', '2022', 2022, date '2022-12-31', 151527.149, 151520.0, 151530.0, '元',
    'exact',
    'derived', 'final', date '2024-03-01', 'd-1', 'f.csv#B1 ; f.csv#C1', 'gdp ÷ pop_resident';

create table marts.mart_collaborative_innovation_index as
select 'g60_collaborative_innovation' as framework, *, score - 5 as score_low, score + 5 as score_high,
    1 as rank_low, 2 as rank_high
from (values
    ('330100', '杭州市', 'Hangzhou', 2018, 115.2, 1, 0.7, false),
    ('330100', '杭州市', 'Hangzhou', 2020, 128.2, 1, 0.5, true),
    ('G60', '长三角G60科创走廊九城市', 'G60 corridor (the nine)', 2018, 100.0, null, 0.5, true),
    ('G60', '长三角G60科创走廊九城市', 'G60 corridor (the nine)', 2020, 110.7, null, 0.5, true)
) as t (place_code, place_name_zh, place_name_en, year, score, rank, availability, is_indicative);

create table marts.mart_collaborative_innovation_index_pillar as
select framework, place_code, year, 'sharing' as pillar_code, '资源共享' as pillar_name_zh,
    'Resource sharing' as pillar_name_en, score, score_low, score_high
from marts.mart_collaborative_innovation_index;

create table marts.mart_collaborative_innovation_index_contribution as
select framework, place_code, year, 'sharing' as pillar_code, 'gdp_per_head' as indicator_code,
    '人均地区生产总值' as indicator_name_zh, 'GDP per head' as indicator_name_en, 151527.0 as value,
        '元' as unit,
    'imputed' as value_kind, 'carried' as imputation_method, 60.0 as normalised, score as contribution,
    score_low as contribution_low, score_high as contribution_high
from marts.mart_collaborative_innovation_index;

create table marts.mart_coupling_coordination as
select framework, place_code, place_name_zh, place_name_en, year, 0.36 as innovation, 0.64 as economy,
    0.96 as coupling, 0.5 as development, 0.6928 as coordination, 0.63 as coordination_low,
    0.75 as coordination_high, '初级协调' as grade_name_zh, 'Primary coordination' as grade_name_en,
    availability, is_indicative
from marts.mart_collaborative_innovation_index;

create table marts.mart_synergy as
select framework, 'innovation_economy' as composite, place_code, year, 'base_year' as basis, -0.06 as synergy,
    -0.08 as synergy_low, -0.04 as synergy_high, 2 as parts, 1 as parts_rising, availability, is_indicative,
    [1] as changes
from marts.mart_collaborative_innovation_index where year > 2018;

create table marts.mart_convergence as
select 'gdp_per_head' as indicator_code, 'declared' as span_kind, 'GDP per head' as indicator_name_en,
    2018 as first_year, 2023 as last_year, '310117 330100' as place_codes, 2 as members_known,
    -0.1415 as beta,
    0.05 as beta_standard_error, -2.65 as t_statistic, 0.118 as p_value, 0.78 as r_squared,
    0.166 as convergence_speed, 4.17 as half_life, 0.775 as sd_log_first, 0.568 as sd_log_last
union all by name
select 'patents' as indicator_code, 'declared' as span_kind, 'Patents' as indicator_name_en,
    2018 as first_year, 2023 as last_year, 0 as members_known;

create table marts.mart_inequality as
select 'gdp_per_head' as indicator_code, 2022 as year, 'nine' as scope, 'denominator' as weighting,
    9 as members, 6 as members_known, 'imputed' as value_kind, 0.39 as cv, 0.48 as sd_log, 0.0863 as theil,
    0.0805 as theil_within, 0.0058 as theil_between, 0.2051 as gini, 0.1026 as gini_within,
    0.0513 as gini_net_between, 0.0513 as gini_transvariation;

create table marts.mart_city_profile as
select '330100' as place_code, 2022 as year, 18753.0 as gdp, 151527.149 as gdp_per_head, 3 as figures;

create table marts.mart_corridor as
select 'gdp' as indicator_code, 2022 as year, 79072.5 as total, 79072.2 as total_low, 79072.7 as total_high,
    79072.2 as total_at_least, null as mean_of_ratios, null as mean_of_ratios_low,
        null as mean_of_ratios_high,
    null as ratio_of_sums, 6.56 as share_of_nation, 'derived' as value_kind, 9 as members_known,
    null as members_missing, [1] as addends, [1] as nation_vintages;

create table marts.mart_claim as
select *, '{HARMFUL}' as said_by, '2024-06' as said_on, '九城市' as subject, 'gdp' as metric,
    '2023' as period_text, 6.67 as claimed_value, '%' as unit, '比 {HARMFUL}' as reading_zh,
    'ratio' as reading_en, '缺 {HARMFUL}' as missing_zh, 'missing' as missing,
    '可决 {HARMFUL}' as settled_by_zh, 'settled' as settled_by_en,
    null as source_url, 'd-1' as document_id, 'claims.csv#A2' as cell_address
from (values
    ('S01', 'founding_article', '九城市GDP占全国1/15', 'One fifteenth {HARMFUL}', '1/15', 'fraction',
        6.45, 6.90, 'share_of_nation', 'imputed', 6.6, 6.5, 6.7, 'reproduced', 0.0, 0.0, 2, true, 1),
    ('S19', 'founding_article', '由研究所发布', 'Published by an institute', '研究所', 'text',
        null, null, 'none', null, null, null, null, 'not_numeric', null, null, 1, false, 1),
    ('gdp@2024={HARMFUL}', 'corridor_headline', '九万亿 {HARMFUL}', 'Nine trillion', '9万亿元', 'equal',
        85000.0, 95000.0, 'total', 'bound', null, 97000.0, null, 'contradicted', 2000.0, 2.2, 1, false, 3)
) as t (claim_id, claim_set, statement_zh, statement_en, claimed_as_printed, comparison, claimed_low,
    claimed_high, how_computed, value_kind, computed_value, computed_low, computed_high, verdict, margin,
    margin_percent, readings, verdict_depends_on_reading, printings);

create table marts.mart_claim_reading as
select claim_id, 'first' as reading, true as is_principal, reading_zh, reading_en, how_computed, value_kind,
    computed_value, computed_low, computed_high, verdict, margin, margin_percent, missing, missing_zh,
    case claim_id when 'S01' then [struct_pack(
        place_code := '330100', name_zh := '杭州市', value := 18753.0, value_low := 18752.95,
        value_high := 18753.05, value_kind := 'observed', imputation_method := null::varchar,
        vintage_date := date '2024-03-01', cell_address := 'f.csv#B1{HARMFUL}'
    )] end as addends
from marts.mart_claim
union all by name
select 'S01' as claim_id, 'shanghai' as reading, false as is_principal, '全市' as reading_zh,
    'all of it {HARMFUL}' as reading_en, 'printed' as how_computed, 'derived' as value_kind,
    10.2 as computed_value, 10.1 as computed_low, 10.3 as computed_high, 'contradicted' as verdict,
    3.3 as margin, 49.0 as margin_percent;

create table marts.mart_index_validation as
select 'g60_collaborative_innovation' as framework, *, 'd-1' as document_id, 1 as documents, '2020' as period,
    2020 as year, 'gdp' as indicator_code, '统计局 {HARMFUL}' as publisher, null as source_url,
    '注' as note_zh, 'note {HARMFUL}' as note_en
from (values
    ('star', 'STAR 名', 'STAR', 'published_figure', true, 2, 1.0, 1.0, 0.0012, 2, 'agrees', '一致', 'agrees'),
    ('list', '位次表', 'A list', 'rank_list', false, 2, -1.0, -1.0, 0.5, 0, 'disagrees', '不一致',
        'disagrees'),
    ('few', '太少', 'Too few', 'rank_list', false, 0, null, null, null, null, 'not_decidable', '无法判定',
        'not decidable')
) as t (ranking_code, name_zh, name_en, kind, is_input, places, spearman_rho, kendall_tau_b, p_value,
    places_within_range, verdict, verdict_zh, verdict_en);

create table marts.mart_index_validation_place as
select 'g60_collaborative_innovation' as framework, ranking_code, *, 1 as our_rank_among_low,
    2 as our_rank_among_high, '家' as unit, 'f.csv#B1' as cell_address
from (values
    ('330100', 'Hangzhou', 1.0, 2.0, 7.0), ('310117', 'Songjiang District', 2.0, 1.0, 9.0)
) as t (place_code, place_name_en, our_rank_among, their_rank_among, their_value)
cross join (select unnest(['star', 'list']) as ranking_code);

create table staging.agreement_level as
select * from (values
    (1, 'agrees', 5, 0.7, 0.05, '一致', 'agrees', '相近', 'Close'),
    (4, 'not_decidable', 0, null, null, '无法判定', 'not decidable', '太少', 'Too few')
) as t (level, verdict, min_places, min_rho, max_p, name_zh, name_en, meaning_zh, meaning_en);

create table marts.mart_published_index as
select 'delta' as index_code, '长三角指数' as index_name_zh, 'Index of the delta {HARMFUL}' as index_name_en,
    '研究所' as publisher, 2011 as base_year, 2018 as compare_year, 'd-2' as document_id, *,
    value - 0.005 as value_low, value + 0.005 as value_high, 'f.csv#C' || edition || data_year as cell_address
from (values
    (2020, 'total', '总指数', 'Total', 2018, 2018, '200.00', 200.0, 'stated', null, null, 100.0, true),
    (2020, 'total', '总指数', 'Total', 2019, 2019, '210.00', 210.0, 'stated', null, null, 105.0, true),
    (2020, 'total', '总指数', 'Total', 2019, 2018, '210.00', 210.0, 'stated', null, null, 105.0, false),
    (2021, 'total', '总指数', 'Total', 2019, 2019, '204.50', 204.5, 'stated', 2020, -5.5, null, true),
    (2021, 'total', '总指数', 'Total', 2020, 2020, '227.05', 227.05, 'stated', null, null, null, true),
    (2020, 'sharing', '资源共享', 'Sharing', 2019, 2019, '7.64', 180.21, 'derived', null, null, null, true)
) as t (edition, pillar_code, pillar_name_zh, pillar_name_en, data_year, year_label, value_as_printed, value,
    how, previous_edition, difference, rebased, is_best);

create table marts.mart_coverage as
select '330100' as place_code, 'gdp' as indicator_code, y::integer as year, y in (2022, 2024) as is_covered,
    case when y not in (2022, 2024) then 'not_found' end as gap_reason, null::varchar as imputation_method
from unnest([2019, 2020, 2021, 2022, 2023, 2024]) as t (y);

create table marts.mart_outcome as
select 'd1' as document_id, 'bulletins/330100.csv' as file_path, 'land' as step, 'long' as layout,
    'csv' as format, 'utf-8' as encoding, 13 as cells_read, 2 as cells_landed, 1 as cells_quarantined,
    10 as cells_not_data, 0.05 as rejected_share, 0.1 as rejected_limit;

create table marts.mart_quarantine as
select 'bulletins/330100.csv' as file_path, 'f.csv#B7' as cell_address, '{HARMFUL}' as raw_text,
    'the unit is not known {HARMFUL}' as reason, '{HARMFUL}' as suggestion, 'correct the unit' as remedy;

create table staging.conflict_rule as
select * from (values
    ('one_cell', '同一单元', 'One cell'), ('level_falls', '骤降', 'A fall'),
    ('known_only', '仅见于登记', 'Register only')
) as t (rule, name_zh, name_en);
create table marts.mart_conflict as
select *, '2022' as period_b, '亿元' as unit, 1.0 as value_a, 2.0 as value_b, 'd-1' as document_id_a,
    'd-2' as document_id_b, 'f.csv#B1' as cell_address_a, 'f.csv#B2' as cell_address_b, '地区' as subject_zh,
    'A place' as subject_en, '1 亿元 {HARMFUL}' as said_a, '2 亿元' as said_b, '含义' as explanation_zh,
    'What it means' as explanation_en, '原因' as likely_cause_zh, 'Cause {HARMFUL}' as likely_cause_en
from (values
    ('one_cell', 'conflict', '330100', 'gdp', '2022', 100.0, null, null, null, null),
    ('level_falls', 'conflict', '330100', 'gdp', '2021', -50.0, 'a', 'a fall', 'known.csv#A3', 'it is large'),
    ('level_falls', 'conflict', '330100', 'gdp', '2020', -40.0, 'a', 'a fall', 'known.csv#A3', 'it is large'),
    ('known_only', 'not_found', null, null, null, null, null, 'of old', 'known.csv#A2', null),
    ('level_falls', 'conflict', '310117', 'gdp', '2019', -30.0, null, null, null, null)
) as t (rule, kind, place_code, indicator_code, period_a, difference_percent, chosen, known_topic,
    known_cell_address, why_it_matters);

create table marts.mart_revision as
select '330100' as place_code, 'gdp' as indicator_code, '2022' as period, '亿元' as unit, 2 as vintages,
    2 as distinct_values, 19000.0 as first_value, date '2023-01-31' as first_vintage_date,
    18753.0 as latest_value, date '2024-03-01' as latest_vintage_date, 18753.0 as best_value,
    -1.3 as revision_percent, 'revision' as revision_kind;

create table marts.mart_correction as
select 'C1' as correction_id, 'flag' as action, '330100' as place_code, 'gdp' as indicator_code,
    '2017' as period, '13160.72' as expect, '{HARMFUL}' as value_as_printed, '亿元' as unit_as_printed,
    13160.72 as printed_value, 13160.72 as used_value, '亿元' as unit,
    '有误' as reason_zh, 'faulty' as reason_en, 'office' as decided_by,
    date '2024-03-01' as decided_on, 'f.csv#B9' as cell_address;

create table marts.mart_doubt as
select '330100' as place_code, 'gdp' as indicator_code, '2022' as period, '1' as value_as_printed,
    '亿元' as unit_as_printed, 'implausible_change' as rule, 'too fast {HARMFUL}' as reason,
    'f.csv#B8' as cell_address;

create table marts.mart_growth as
select '330100' as place_code, 'gdp' as indicator_code, 2011 as year, 'boundary_change' as break_kind,
    '区划调整' as break_reason_zh, 'boundary change' as break_reason_en;

create table marts.mart_satellite_chain as
select 'up' as segment_code, '上游' as segment_name_zh, 'Upstream' as segment_name_en,
    part as sub_segment_code,
    '环节 {HARMFUL}' as sub_segment_name_zh, 'A part' as sub_segment_name_en, true as is_in_chain,
    n as sort_no, place_code, place_name_zh, place_name_en, place_code <> '330000' as is_member, *
from (values
    ('310117', '松江区', 'Songjiang District', 1, 1, 0, false, true,
        [{{'enterprise': '合成卫星 {HARMFUL}', 'kind': 'enterprise', 'status_code': 'planned'}}]),
    ('330100', '杭州市', 'Hangzhou', 0, 0, 1, false, false,
        [{{'enterprise': '合成基地', 'kind': 'base', 'status_code': 'unheard_of'}}]),
    ('330000', '浙江省', 'Zhejiang', 0, 0, 0, true, false, null)
) as t (place_code, place_name_zh, place_name_en, enterprises, enterprises_operating, bases, is_gap,
    is_single_point, entities)
cross join (values ('all', 1), ('a', 2)) as p (part, n);

create table marts.mart_satellite_progress as
select 'launch' as element, entry, null as metric, date_from, date_from as date_to, batch,
    satellites::double as value, '颗' as unit, 'exact' as qualifier, cumulative, stated as cumulative_stated,
    elsewhere as cumulative_elsewhere, stated - cumulative as cumulative_difference, 'CZ' as rocket,
    null as launch_site, null as target_year, null as plan, null as version, null as version_no,
    null as is_latest, null as target_change, null as remark, 'd-1' as document_id,
    'f.csv#L' || cumulative || batch as cell_address
from (values
    ('合成星座 (Synthetic)', date '2024-08-06', '1', 18, 18, 18, null),
    ('合成星座 (Synthetic)', date '2024-10-15', '2', 18, 36, null, [36, 40]),
    ('合成单星', date '2023-01-01', 'test', 1, 1, null, null),
    ('合成无期', null, 'undated', 1, 1, null, null)
) as t (entry, date_from, batch, satellites, cumulative, stated, elsewhere)
union all by name
select 'target' as element, '合成计划 {HARMFUL}' as entry, 'satellites' as metric, *, 'exact' as qualifier,
    '颗' as unit, 'd-2' as document_id, 'f.csv#T' || version_no as cell_address
from (values (1, '2024', 2026, 300.0, false, 'first'), (2, '2025', 2027, 300.0, true, 'postponed'))
    as t (version_no, version, target_year, value, is_latest, target_change)
union all by name
select 'plan' as element, '合成厂' as entry, 'capacity' as metric, null::double as value, 'listed' as remark,
    'd-1' as document_id, 'f.csv#P1' as cell_address;

create table marts.mart_quantum_network as
select *, '线路 {HARMFUL}' as class_name_zh, 'Link' as class_name_en, null as from_place_detail,
    null as to_place_detail, [from_place_code] as place_codes, '330000 420000' as province_pair,
    '国盾' as vendor, null as to_vendor, date '2017-01-01' as starts_from, date '2017-12-31' as starts_by,
    null as metric, 260.0 as value, null as unit, 'about' as qualifier, 'd-1' as document_id,
    '进展' as status_name_zh
from (values
    ('link', true, '合成线', '310117', '松江区', '330100', '杭州市', true, '甲', 'operating', 'f.csv#Q1'),
    ('link', false, '合成线', '330100', '杭州市', '310117', '松江区', true, null, 'operating', 'f.csv#Q2'),
    ('link', false, '远线', '330100', '杭州市', '110000', '北京市', null, null, 'planned', 'f.csv#Q3'),
    ('metro', false, '城域网', '330100', '杭州市', '330100', '杭州市', false, null, 'operating', 'f.csv#Q4'),
    ('figure', false, '指标', '330100', '杭州市', null, null, null, null, null, 'f.csv#Q5')
) as t (element, is_section, network, from_place_code, from_place_name_zh, to_place_code, to_place_name_zh,
    is_cross_province, from_vendor, status_code, cell_address);

create table marts.mart_quantum_scenario as
select '场景 {HARMFUL}' as scenario, '330100' as place_code, '杭州市' as place_name_zh, '330100' as city_code,
    null as batch, null as scenario_user, ['power', 'other'] as sector_codes, date '2024-01-31' as known_by,
    1 as operating_links, 0 as operating_backbone_links, 1 as operating_metro_networks, 'd-1' as document_id,
    'f.csv#S1' as cell_address;

create table marts.mart_quantum_first as
select 'metro' as first_code, '率先 {HARMFUL}' as statement_zh, 'First' as statement_en, '何为' as test_zh,
    'What' as test_en, 'S25' as claim_id, date '2024-06-30' as stated_on, 'not_decidable' as verdict,
    3 as candidates, 0 as qualifying, '两端厂商' as missing_zh, 'the vendor at each end' as missing;


create table marts.mart_of_tomorrow (it int, made_at timestamptz);
comment on table marts.mart_of_tomorrow is '将来的表。 A table of tomorrow.';
insert into marts.mart_of_tomorrow values (1, '2025-01-01 00:00:00+00');

create table staging.reclassification as
select 'yearbook' as source, '*' as place_code, 'patents' as indicator_code, 2011 as first_year,
    2019 as last_year,
    'gone_indicator' as to_indicator_code, '口径' as reason_zh, 'rule' as reason_en;
create table staging.series_break as
select '330100' as place_code, '*' as indicator_code, 2011 as first_year, '区划' as reason_zh,
    'boundary' as reason_en;
create table staging.framework as
select *, 'g60_collaborative_innovation' as family, 'G60' as base_place_code,
    2018 as base_year, 2018 as first_year, 2020 as last_year, '2010' as extra_years,
    0.6667 as indicative_below, 0.1 as ranked_from, '自编' as description_zh, 'Our own' as description_en
from (values
    ('g60_collaborative_innovation', 1, '指数', 'Index', '首版', 'First edition {HARMFUL}'),
    ('g60_collaborative_innovation_2', 2, '修订版', 'Revised', '改为几何平均', 'Geometric now'),
    ('untried', 3, '未算', 'Never computed', '', '')
) as t (framework, edition, name_zh, name_en, changes_zh, changes_en);
create table staging.framework_node as
select f.framework, t.*
from staging.framework as f
cross join (values
    ('index', null, 3, 'aggregate', 1.0, 1, null, null, null, null, '指数', 'Index'),
    ('sharing', 'index', 2, 'aggregate', 1.0, 1, null, null, null, null, '资源共享', 'Resource sharing'),
    ('gdp_per_head', 'sharing', 1, 'indicator', 1.0, 1, 'gdp_per_head', 0.0, 250000.0, 'gdp', '人均',
        'Per head')
) as t (node_code, parent_code, level, kind, weight, direction, indicator_code, goalpost_low, goalpost_high,
    corridor_weight, name_zh, name_en);
create table staging.framework_method as
select framework, 'none' as impute, null::integer as winmax, null::double as skew_limit,
    null::double as kurtosis_limit, 'none' as fallback, 'goalposts' as normalise, 0.0 as norm_a,
    100.0 as norm_b, true as norm_cap, 'given' as weight, 'arithmetic' as aggregate,
    null::double as power, 'G60' as rebase_unit, '2018' as rebase_period
from staging.framework;
create table staging.framework_level as
select 'g60_collaborative_innovation_2' as framework, 3 as level, 'power' as aggregate, 0.25 as power;
create table staging.framework_design as
select framework, 'sobol' as kind, 128 as n, 1 as seed, 512 as data_runs from staging.framework;
create table staging.framework_option as
select f.framework, t.*
from staging.framework as f
cross join (values
    ('data', 1, 'interval', null, null), ('weights', 1, 'noise', 0.25, null),
    ('aggregate', 1, null, null, null), ('aggregate', 2, 'power', 0.5, null),
    ('normalise', 1, 'min_max', 0.0, 100.0)
) as t (factor, option, text, a, b);
create table staging.engine_check as
select 'aggregate' as factor, 0.5649 as exact_first_order, 0.7509 as exact_total,
    -0.0468 as sampled_first_order, 0.8611 as sampled_total, 'reference.csv' as source;
create table staging.engine_check_step as
select * from (values
    ('rank', 'all_levels', 3060, null, 1, 'ranks.csv'), ('denominate', 'none', 2434, 7e-15, null, 'first.csv')
) as t (step, method, values_compared, largest_relative_difference, different_ranks, source);

insert into marts.mart_collaborative_innovation_index
select * replace ('g60_collaborative_innovation_2' as framework)
from marts.mart_collaborative_innovation_index;
insert into marts.mart_collaborative_innovation_index
select * replace ('310117' as place_code, '松江区' as place_name_zh, 'Songjiang District' as place_name_en,
    case year when 2018 then 2 end as rank, score - 30 as score, 0.1 as availability, true as is_indicative)
from marts.mart_collaborative_innovation_index where place_code = '330100';
create table marts.mart_index_interval as
select framework, place_code, place_name_zh, place_name_en, year, score, score + 1 as score_median,
    score - 4 as score_p05, score + 6 as score_p95, rank, rank + 0.5 as rank_median, rank - 0.25 as rank_p05,
    rank + 1.75 as rank_p95, rank as rank_best, rank + 2 as rank_worst, rank as rank_in_province, 256 as runs
from marts.mart_collaborative_innovation_index;
create table marts.mart_index_rank_probability as
select framework, place_code, year, rank, 0.998 as probability
from marts.mart_index_interval where rank is not null
union all
select framework, place_code, year, rank + 1, 0.002 from marts.mart_index_interval where rank is not null;
create table marts.mart_index_outranking as
select a.framework, a.year, a.place_code, b.place_code as other_code,
    (a.score > b.score)::integer * 0.96 as probability
from marts.mart_index_interval as a
inner join marts.mart_index_interval as b
    on a.framework = b.framework and a.year = b.year and a.place_code <> b.place_code
where a.year = 2018 and a.rank is not null and b.rank is not null;
create table marts.mart_most_wanted as
select framework, year, n as priority, place_code, place_name_zh, place_name_en,
    'gdp_per_head' as indicator_code,
    '人均' as indicator_name_zh, 'Per head' as indicator_name_en, 1000.0 + n as value, 0.0 as value_low,
    2000.0 as value_high, '元' as unit, 'imputed' as value_kind, 'peer_median' as imputation_method,
    0.5 as reduction, 0.1234 as share
from marts.mart_index_interval, unnest(range(1, 8)) as t (n) where place_code = '330100';
create table marts.mart_index_sensitivity as
select framework, 'mean_rank_shift' as output, null as place_code, null::integer as year, 'data' as factor,
    -0.0123 as first_order, 0.4321 as total, 0.04 as variance, 256 as runs, 'sobol' as method
from staging.framework;
create table marts.mart_index_left_out as
select i.framework, n.node_code, n.name_zh as node_name_zh, n.name_en as node_name_en, i.place_code, i.year,
    i.score, i.rank, 2.5 as score_change, case when i.rank is not null then -1 end as rank_change
from marts.mart_index_interval as i
inner join staging.framework_node as n on i.framework = n.framework and n.parent_code is not null;
create table marts.mart_index_difference as
select framework, relation, place_code, year, other_code as other_place_code,
    'Songjiang District' as other_place_name_en, year - 1 as other_year, code as indicator_code,
    '一项指标' as indicator_name_zh, 'An indicator {HARMFUL}' as indicator_name_en,
    60.0 as normalised, 40.0 as other_normalised, part as contribution_to_gap, 4.0 as gap
from marts.mart_index_interval
cross join (values ('to_next', '310117'), ('to_previous_period', '330100')) as r (relation, other_code)
cross join (values
    ('gdp_per_head', 9.0), ('gdp', 1.0), ('patents', 0.5), ('d', 0.4), ('e', 0.3), ('f', 0.2), ('g', -7.4),
    ('h', 0.0)
) as p (code, part)
where place_code = '330100';
create table marts.mart_index_profile as
select framework, place_code, year, 'gdp_per_head' as indicator_code, 'Per head' as indicator_name_en,
    1.25 as points_above_mean, 1 as standing, 'strength' as profile_flag
from marts.mart_index_interval;
create table marts.mart_index_coherence as
select f.framework, 'node' as subject_kind, c.*, '' as pooled_period, 58 as cases
from staging.framework as f
cross join (values
    ('cronbach_alpha', 'level 1', 'index', '指数', 'Index', '', null, null, 0.81, null),
    ('cronbach_alpha', 'level 1', 'sharing', '资源共享', 'Sharing', '', null, null, 0.41, 'unreliable'),
    ('effective_weight', 'root', 'sharing', '资源共享', 'Sharing', 'index', '指数', 'Index', 1.0, null),
    ('importance', 'root', 'sharing', '资源共享', 'Resource sharing', 'index', '指数', 'Index', 0.77, null),
    ('pearson', 'siblings', 'gdp_per_head', '人均', 'Per head', 'gdp', '生产', 'GDP', -0.61, 'negative'),
    ('pearson', 'parent', 'gdp_per_head', '人均', 'Per head', 'sharing', '资源共享', 'Sharing', 0.61, null)
) as c (statistic, held_against, code_a, name_a_zh, name_a_en, code_b, name_b_zh, name_b_en, statistic_value,
    coherence_flag);

create table staging.register_class as
select
    unnest([
        'concept_verification_centres', 'concept_verification_centres', 'sharing', 'sharing', 'platform'
    ]) as register_name,
    unnest(['optics', 'biology', 'instruments', 'experts', 'institute']) as class_code,
    unnest(['光学', '生物', '仪器', '专家', '机构']) as name_zh,
    unnest(['Optics', 'Biology', 'Instruments', 'Experts', 'Institute']) as name_en,
    null::varchar as parent_code, unnest([1, 2, 3, 4, 5]) as sort_no
union all
select 'quantum_scenarios', 'power', '电力', 'Power', null, 6;
create table marts.fct_register_entry as
select
    unnest(['platform', 'landmark_result', 'policy', 'visit', 'tech_transfer_demo_bases']) as register_name,
    true as is_latest, '一物 {HARMFUL}' as entry, '310117' as place_code, ['310117'] as place_codes,
    null as place_detail, 'institute' as class_code, '某人 {HARMFUL}' as field, null as status, 4 as value,
    '条' as unit, '2024' as version, date '2024-12-31' as version_date, date '2024-01-01' as valid_from,
    null::date as valid_to, '2024' as date_as_printed, '据 {HARMFUL}' as evidence,
    'javascript:alert(1) https://example.org/register' as source_url, 'r.csv#A2' as cell_address;
create table marts.mart_register as
select 'platform' as register_name, '平台' as name_zh, 'Platforms' as name_en, 5 as rows_landed, 4 as entries,
    1 as refused, 4 as things, 1 as places, 2 as sources, date '2020-01-01' as first_day,
    date '2024-01-01' as last_day, 'r.csv' as files
union all
select 'others', null, null, 607, null, null, null, null, 1, null, null, 'others.csv';
create table marts.mart_verification_centre as
select '1' as batch, n as centre_no, centre, centre is not null as is_named, place_code,
    '杭州市' as place_name_zh, 'Hangzhou' as place_name_en, field_codes, ['optics'] as batch_field_codes,
    date '2024-05-24' as awarded_on, 9 as applied, 4 as awarded, 2 as named
from (values
    (1, '甲中心 {HARMFUL}', '330100', ['biology']), (2, '乙中心', '330100', null), (3, null, null, null),
    (4, null, null, null)
) as t (n, centre, place_code, field_codes);
create table marts.mart_sharing as
select side || n as posting_id, side, 'instruments' as sharing_kind, '仪器' as sharing_kind_zh,
    'Instruments' as sharing_kind_en, true as is_of_the_four, '激光 {HARMFUL}' as resource,
    case side when 'received' then '310117' else '330100' end as place_code, '杭州市' as place_name_zh,
    case side when 'received' then '330100' else '310117' end as other_place_code,
    '松江区' as other_place_name_zh, '2024' as date_as_printed, date '2024-01-01' as starts_on, 8.0 as amount,
    '小时' as amount_unit, 'exact' as qualifier,
    case side when 'given' then 8.0 else 0.0 end as given_to_date,
    case side when 'received' then 8.0 else 0.0 end as received_to_date,
    case side when 'given' then 8.0 else -8.0 end as net_to_date, side <> 'offered' as is_balance,
    null as remark, null as source_url, 's.csv#A2' as cell_address
from (values ('offered', 1), ('given', 2), ('received', 2)) as t (side, n);
create table marts.mart_certificate as
select 'counted' as stock_basis, 'little_giant' as certificate, '小巨人' as certificate_name_zh,
    'Little giants' as certificate_name_en, 'stock' as measure, '330100' as place_code,
    '杭州市' as place_name_zh, null::varchar as place_part, date '2023-12-31' as counted_on, 7.0 as value,
    'at_least' as qualifier, 2 as ends_unknown, null::double as share_of_corridor,
    12.345 as share_of_corridor_low, null::double as share_of_corridor_high, 3.21 as share_of_nation,
    3.2 as share_of_nation_low, 3.3 as share_of_nation_high, null as source_url, 'c.csv#A2' as cell_address;
create table marts.mart_star_listing as
select '310117' as place_code, '松江区' as place_name_zh, 'Songjiang District' as place_name_en,
    true as is_member, date '2023-12-31' as counted_on, true as is_year_end, 4 as listed, 87 as listed_high,
    true as is_lower_bound, 0.7067 as share_of_nation_low, 15.3710 as share_of_nation_high;
create table marts.mart_target as
select '规划 {HARMFUL}' as plan, '2021' as version, null::date as superseded_on, '强度' as metric_name_zh,
    'Intensity' as metric_name_en, 2022 as target_year, '达到3%' as target_as_printed,
    3.0 as target, 'at_least' as target_qualifier, '%' as unit,
    '部门 {HARMFUL}' as issuer, 'r.csv#A2' as policy_cell_address,
    2.5 as actual, 'exact' as actual_qualifier, date '2022-12-31' as actual_on, -0.5 as gap,
    'missed' as verdict, date '2022-12-31' as due_on, date '2026-01-01' as as_of, null as note_zh,
    null as note_en, null as source_url, 't.csv#A2' as cell_address, 'f.csv#B2' as actual_cell_address;
create table marts.mart_source_profile as
select 'gdp' as indicator_code, '生产总值' as indicator_name_zh, 'GDP' as indicator_name_en, '亿元' as unit,
    '2022' as period, date '2022-12-31' as period_end, 1750.12 as value, 'exact' as qualifier,
    8 as others_known, 8 as rank_low, 9 as rank_high, 6165.7 as median_of_others, 2 as stated_rank,
    'second {HARMFUL}' as stated_rank_text, 'https://example.org/rank' as stated_rank_url,
    2.21 as share_of_corridor, null::double as share_of_shanghai;

create table staging.subsystem_indicator as
select 'g60_collaborative_innovation' as framework, 'economy' as subsystem_code,
    'gdp_per_head' as indicator_code;
create table staging.coordination_grade as
select 7 as grade, 0.6 as coordination_from, '初级协调' as name_zh, 'Primary coordination' as name_en;
create table staging.disparity_indicator as
select unnest(['gdp_per_head', 'patents']) as indicator_code;

create table marts.mart_link_matrix as
select *, 2023 as year, 'full' as counting, '{HARMFUL}' as from_place_name_en, '亿元' as unit,
    value as value_low, value as value_high, 1 as links
from (values
    ('reverse_innovation_enclave', 'observed', 'register', true, '330100', '杭州市', '310117', '松江区',
        'Songjiang', 2.0),
    ('gravity', 'modelled', 'gravity', false, '310117', '松江区', '330100', '杭州市', 'Hangzhou', 640.5),
    ('tech_contract_value', 'modelled', 'ipf', true, '310117', '松江区', '330100', '杭州市', 'Hangzhou', 7.5)
) as t (measure, value_kind, method, is_directed, from_place_code, from_place_name_zh, to_place_code,
    to_place_name_zh, to_place_name_en, value);
create table marts.mart_network as
select measure, measure as measure_name_zh, measure as measure_name_en, year, value_kind, counting,
    is_directed, 2 as places, 1 as edges, 0.5 as density, value as strength, unit,
    null::double as reciprocity, 1.0 as ei_province, -1.0 as ei_corridor,
    value as corridor_strength, 1.0 as corridor_share,
    null::double as delta_total, null::double as delta_share, 1 as communities, 0.0 as modularity
from marts.mart_link_matrix;
create table marts.mart_network_place as
select measure, year, value_kind, counting, unnest([from_place_code, to_place_code]) as place_code,
    unnest([from_place_name_zh, to_place_name_zh]) as place_name_zh, '{HARMFUL}' as place_name_en,
    true as is_member, null::integer as in_degree, null::integer as out_degree, 1 as degree,
    value as strength, 0.0 as betweenness, 1.0 as closeness, 1.0 as eigenvector, 1 as community,
    1 as strength_rank
from marts.mart_link_matrix;
create table marts.fct_link as
select measure, counting, from_place_code, to_place_code, '2023' as period, 2023 as year, value, value_low,
    value_high, unit, value_kind, method, 'n.csv#A2 {HARMFUL}' as cell_address
from marts.mart_link_matrix
union all
select 'tech_contract_value', 'full', * exclude (cell_address), 'observed', 'printed', cell_address
from (values
    ('310117', 'G60', '2023', 2023, 7.5, 7.5, 7.5, '亿元', 'm.csv#F2'),
    ('310117', '110000', '2023', 2023, 1.5, 1.45, 1.55, '亿元', 'f.csv#B1')
) as t (from_place_code, to_place_code, period, year, value, value_low, value_high, unit, cell_address);
create table staging.link_measure as
select distinct measure, measure as name_zh, measure as name_en from marts.mart_link_matrix;

create table marts.mart_freshness as
select *, '合成数列 {HARMFUL}' as series_name_zh, 'Synthetic series' as series_name_en,
    date '2025-01-01' as as_of, date '2024-04-30' as due_on
from (values
    ('bulletin', '310117', true, 210), ('bulletin', '330100', true, 20), ('yearbook', '330100', false, null)
) as t (series_code, place_code, is_late, days_late);

create table meta.release as
select '20250101T000000' as release_id, timestamptz '2025-01-01 00:00:00+00' as built_at,
    'abc' as fingerprint,
    null as git_commit, '1.5.5' as duckdb_version, '1.11.3' as dbt_version, 1 as files, 2 as documents,
    13 as cells_read, 2 as cells_landed, 1 as cells_quarantined, 10 as cells_not_data,
    null::varchar as as_of, '20241231T000000' as previous_id, null::varchar as accepted,
    1 as tests_passed, 0 as tests_warned;
create table meta.test_result as
select 'key_is_unique' as test_name, 'fct_indicator' as table_name, null as column_name,
    null as description,
    'error' as severity, 'pass' as status, 0 as failures, 0.01 as seconds;
create table meta.change as
select '320500' as place_code, '苏州市' as place, 'gdp' as indicator_code, '地区生产总值' as indicator,
    '2022' as period, 1.5 as before, null::double as after, '亿元' as unit, 'gone' as kind,
    'file removed <a>.csv' as why, false as is_explained, 'a.csv#D2' as cell_address;
create table meta.row_count as select 'marts' as schema_name, 'fct_indicator' as table_name, 5 as rows;
"""
# The files as read: a list, a workbook with two ways of labels, a register and events.
RELEASE += f"""
create schema raw;
create table raw.file as
select 'f-' || n as document_id, file_path, 'synthetic' as source, layout, 'csv' as format,
    'utf-8' as encoding, null::varchar as register_name, null::varchar as event_kind, 'ab12' as sha256,
    100 as bytes
from (values
    (1, 'f.csv', 'long'), (2, 'b y.xlsx', 'cross_tab'), (3, 'claims.csv', 'register'),
    (4, 'bulletins/330100.csv', 'long'), (5, 'e.csv', 'events')
) as t (n, file_path, layout);
create table raw.statistic as
select *, 'f-1' as document_id, 'unknown' as status_text, null as title, null as publisher, null as url,
    null as published_on
from (values
    ('f.csv', 'f.csv#B1', 1, 2, '杭州市', '地区生产总值', '2022', '18753.0', '亿元', 'note {HARMFUL}'),
    ('f.csv', 'f.csv#C1', 1, 3, '杭州市', '常住人口', '2022', '{HARMFUL}', '万人', null),
    ('b y.xlsx', 'b y.xlsx#表 <1>!AB7', 7, 28, '杭州市', '地区生产总值', '2021', '1', '亿元', null),
    ('b y.xlsx', 'b y.xlsx#表 <1>!AC7', 7, 29, '杭州市', '地区生产总值', '2022', '2', '亿元', null),
    ('b y.xlsx', 'b y.xlsx#表 <1>!AB9', 9, 28, '苏州市', '地区生产总值', '2021', '3', '亿元', null)
) as t (file_path, cell_address, row_no, column_no, place_text, indicator_text, period_text, value_text,
    unit_text, note_text);
create table raw.register_cell as
select 'claims.csv' as file_path, 'claims.csv#' || chr(64 + c) || r as cell_address, r as row_no,
    c as column_no, 'column {HARMFUL}' || c as column_name, 'cell {HARMFUL}' || r as text
from unnest(range(2, 400)) as a (r), unnest([1, 2]) as b (c);
create table raw.event as
select 'e.csv' as file_path, 'e.csv#1' as cell_address, 1 as row_no, 'e1' as event_id, '2022' as on_text,
    '{HARMFUL}' as from_text, '苏州' as to_text, null::varchar as parties_text, '3' as amount_text,
    '万元' as unit_text, null::varchar as field_text, null::varchar as note_text;
"""
# What a release says of its own tables, queries and tests.
RELEASE += f"""
create table meta.metric as
select 'gdp_double' as metric_code, '两倍' as name_zh, 'Twice' as name_en, '亿元' as unit, '' as unit_en,
    '定义' as definition_zh, 'Definition' as definition_en, 'gdp' as indicator_code,
    '2 * gdp' as formula
union all
select 'gdp_of_the_nine', '九地', 'Nine', '亿元', '', '定义', 'Definition', 'gdp',
    'marts.mart_corridor.total where indicator_code = ''gdp'''
union all
select 'index', '指数', 'Index', '分', '', '定义', 'Definition', null,
    'marts.mart_collaborative_innovation_index.score where framework = ''g60_collaborative_innovation''';
create table marts.mart_metric as
select 'gdp_double' as metric_code, '330100' as place_code, 2022 as year, 2.0 as value, 1.0 as value_low,
    3.0 as value_high, 'derived' as value_kind
union all
select 'gdp_of_the_nine', 'G60', 2022, 79072.5, 79072.2, 79072.7, 'derived'
union all
select 'index', 'G60', 2020, 110.7, 105.7, 115.7, 'derived';
create table staging.unit as select '亿元' as unit, '100 million yuan' as name_en;
create table meta.example as
select *, 'economy' as subject, '问 {HARMFUL}' as title_zh, 'Question' as title_en, '文' as prose_zh,
    'Prose {HARMFUL}' as prose_en
from (values
    ('all_figures', 1, 'select place_code, ''{HARMFUL}'' as text, value, true as is_so, null as nothing
        from marts.fct_indicator order by all'),
    ('endless', 2, 'select count(*) from range(100000000000) as a (n), range(100000000) as b (m)
        where n % 7 = m'),
    ('faulty', 3, 'select no_such_column from marts.dim_place'),
    ('long', 4, 'select * from range(100) as t (n)')
) as t (example_name, sort_no, sql);
create table meta.failing_row as
select 'no_doubt' as test_name, 1 as row_no, '{{"place_code": "330100", "indicator_code": "gdp",
    "period": "2022", "cell_address": "f.csv#B1", "reason": "too high {HARMFUL}"}}' as found;
"""


class Page(HTMLParser):
    """What a test asks of a page: its links, its anchors, what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self.links.append(given["href"])
        elif tag in ("link", "script", "img", "source", "iframe", "image", "use", "object"):
            self.loaded += [given[name] for name in ("href", "src", "data", "xlink:href") if name in given]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The docs folder of a release of a few rows, beside which something else already lies."""
    folder = tmp_path_factory.mktemp("release")
    with duckdb.connect(str(folder / "g60.duckdb")) as connection:
        connection.execute(RELEASE)
    (folder / "docs" / "dbt").mkdir(parents=True)
    (folder / "docs" / "dbt" / "index.html").write_text("dbt's own", encoding="utf-8")
    build_site(folder / "g60.duckdb", folder / "docs")
    yield folder / "docs"


@pytest.fixture(scope="module")
def pages(release: Path) -> dict[Path, str]:
    written = (path for path in release.rglob("*.html") if path.parent.name != "dbt")
    return {path.resolve(): path.read_text(encoding="utf-8") for path in written}


def charts_of(page: str) -> list[dict[str, Any]]:
    """The charts of a page as they are given to the script, with what is told of each."""
    found = re.findall(
        r'<div class="vega" role="img" aria-label="([^"]*)"><script type="application/json">(.*?)</script>',
        page,
    )
    return [json.loads(text) | {"label": label} for label, text in found]


def largest(chart: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of the layer that has most of them."""
    return max(chart["datasets"].values(), key=len)


def test_every_link_and_anchor_inside_the_site_resolves(release: Path, pages: dict[Path, str]) -> None:
    anchors = {path: set(Page(text).ids) for path, text in pages.items()}
    broken = []
    for path, text in pages.items():
        for link in Page(text).links:
            if link.startswith(("http://", "https://")):
                continue
            address, anchor = urldefrag(unquote(link))
            target = (path.parent / address).resolve() if address else path
            # Exports lie beside the site, put there by the release.
            is_inside = target.is_relative_to(release.resolve())
            if is_inside and (not target.is_file() or (anchor and anchor not in anchors[target])):
                broken.append(f"{path.name} -> {link}")
    assert not broken


def test_an_id_names_one_thing_on_its_page(pages: dict[Path, str]) -> None:
    for path, text in pages.items():
        ids = Page(text).ids
        assert len(ids) == len(set(ids)), path.name


def test_text_of_the_data_is_escaped(pages: dict[Path, str]) -> None:
    assert not [path.name for path, text in pages.items() if HARMFUL in text]
    assert any("&lt;script&gt;alert(1)" in text for text in pages.values())


def test_only_web_addresses_become_links(pages: dict[Path, str]) -> None:
    links = [link for text in pages.values() for link in Page(text).links]
    assert not [link for link in links if ":" in link and not link.startswith(("http://", "https://"))]
    assert "https://example.org/a?b=1&c=2" in links


def test_no_page_loads_anything_from_the_network(release: Path, pages: dict[Path, str]) -> None:
    for path, text in pages.items():
        loaded = Page(text).loaded
        assert loaded
        assert all((path.parent / name).is_file() for name in loaded), path.name
    style = (release / "assets" / "style.css").read_text(encoding="utf-8")
    assert "url(" not in style and "@import" not in style
    assert "fetch(" not in (release / "assets" / "site.js").read_text(encoding="utf-8")


def test_a_bound_is_shown_with_its_sign(pages: dict[Path, str], release: Path) -> None:
    for name in ("indicators/gdp.html", "places/330100.html", "index.html"):
        assert "≥ 21,000" in pages[(release / name).resolve()], name


def test_a_derived_figure_shows_its_formula_and_the_cells_it_was_made_from(
    pages: dict[Path, str], release: Path
) -> None:
    text = pages[(release / "indicators/gdp_per_head.html").resolve()]
    assert 'id="v-330100-2022"' in text
    assert (
        'href="../sources/f.csv.html#B1"><code class="cell">f.csv#B1</code></a> ; '
        '<a href="../sources/f.csv.html#C1"><code class="cell">f.csv#C1</code></a>'
    ) in text
    assert "gdp.html#v-330100-2022" in Page(text).links, "its input is a figure too"


def test_gaps_of_one_reason_are_told_as_runs_of_years(pages: dict[Path, str], release: Path) -> None:
    text = pages[(release / "indicators/gdp.html").resolve()]
    assert "2019–2021: " in text and "2023: " in text


def test_a_table_added_later_has_a_page(pages: dict[Path, str], release: Path) -> None:
    text = pages[(release / "tables/mart_of_tomorrow.html").resolve()]
    assert "将来的表。" in text and "2025-01-01 00:00:00+00" in text


def test_an_indicative_score_is_marked(pages: dict[Path, str], release: Path) -> None:
    text = pages[(release / "index.html").resolve()]
    assert '<span lang="zh-CN">参考</span> <span class="en" lang="en">indicative</span> 50 %' in text
    assert '<a class="score indicative" href="places/330100.html#index-2020">128.2</a>' in text


def test_the_start_page_tells_changes_late_sources_and_verdicts_in_words(
    pages: dict[Path, str], release: Path
) -> None:
    text = pages[(release / "index.html").resolve()]
    assert "0 figures are new, 0 changed and 1 are gone" in text
    assert "file removed &lt;a&gt;.csv: 1" in re.sub(r"</?span[^>]*>", "", text)
    late = section(text, "late", "claims")
    assert "2 places, at most 210 days late" in late and "1 series" in late
    assert 'class="badge v-contradicted"' in section(text, "claims", "more")


def test_the_head_of_a_place_leads_from_each_key_figure_to_its_certificate(
    pages: dict[Path, str], release: Path
) -> None:
    head = section(pages[(release / "places/330100.html").resolve()], "key", "index")
    assert "128.2" in head and "rank 1, may be 1–2" in head and "50 %" in head
    assert "≥ 21,000" in head and 'href="../indicators/gdp.html#v-330100-2024"' in head
    assert '<abbr class="kind k-bound"' in head and '<abbr class="kind k-derived"' in head


def test_lists_of_indicators_and_tables_have_pages_of_their_own(
    pages: dict[Path, str], release: Path
) -> None:
    indicators = pages[(release / "indicators.html").resolve()]
    assert 'id="d-economy"' in indicators and 'id="d-a_new_subject"' in indicators
    assert 'href="tables/mart_of_tomorrow.html"' in pages[(release / "tables.html").resolve()]
    assert "mart_of_tomorrow" not in pages[(release / "index.html").resolve()]


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("新来源 new document 某公报 (2024)", ("新来源 某公报 (2024)", "new document 某公报 (2024)")),
        (
            "文件变动 file changed bulletins/a.csv",
            ("文件变动 bulletins/a.csv", "file changed bulletins/a.csv"),
        ),
        ("原因不明 for no reason found", ("原因不明", "for no reason found")),
        ("seed_x changed", ("seed_x changed", "")),
    ],
)
def test_a_reason_is_told_in_both_languages(why: str, words: tuple[str, str]) -> None:
    assert change_reason(why) == words


def test_the_page_of_coordination_tells_what_is_indicative_what_is_filled_and_what_could_not_be_reckoned(
    pages: dict[Path, str], release: Path
) -> None:
    text = pages[(release / "coordination.html").resolve()]
    assert 'aria-current="page"' in text
    degree = text[text.index('id="coupling"') : text.index('id="synergy"')]
    assert "0.693" in degree and "indicative</span> 50 %" in degree and '"kind":"indicative"' in degree
    assert "−0.06" in text[text.index('id="synergy"') : text.index('id="convergence"')]
    convergence = text[text.index('id="convergence"') : text.index('id="inequality"')]
    [without] = [row for row in convergence.split("<tr>") if "patents" in row]
    assert "0/2" in without and without.count('<td class="num">–</td>') == 8
    inequality = text[text.index('id="inequality"') :]
    assert '<abbr class="kind k-imputed"' in inequality and "6/9" in inequality
    [never] = [line for line in inequality.splitlines() if "in no year" in line]
    assert "专利" in never and "人均" not in never


def test_a_claim_shows_its_readings_addends_and_drawing_and_a_family_has_a_line_each(
    pages: dict[Path, str], release: Path
) -> None:
    page = pages[release / "claims.html"]
    [first, words] = re.findall(r'<article class="claim".*?</article>', page, re.S)
    assert "判定随读法而变" in first and first.count('<svg class="beside') == 1
    own = pages[release / "claims/S01.html"]
    assert own.count('<svg class="beside') == 3, "one at the head, one for each reading"
    assert "杭州" in own and "18,753" in own
    assert "<svg" not in words and "<details" not in words
    assert page.count('<tr id="gdp@2024=') == 1
    assert "+2,000" in page and "≥ 97,000" in page


def test_the_page_of_registers_shows_what_is_unknown_as_unknown(
    pages: dict[Path, str], release: Path
) -> None:
    page = pages[(release / "registers.html").resolve()]
    part = dict(re.findall(r'<section aria-labelledby="(\w+)">(.*?)</section>', page, re.S))
    matrix = part["centres"].split("<tbody>")[1]
    optics, biology, unstated = matrix.split("<tr>")[1:]
    assert "光学" in optics and 'class="unit' not in optics, "a field of the batch is of no centre"
    assert "甲中心" in biology
    assert "乙中心" in unstated and "2 <span" in unstated
    instruments, experts = part["sharing"].split("<tbody>")[1:3]
    assert "激光" in instruments and '8 <span lang="zh">小时' in instruments
    assert "no record known" in experts
    assert "−8" in part["sharing"]
    assert "≥ 7" in part["certificates"] and "≥ 12.35 %" in part["certificates"]
    assert "3.21 %" in part["certificates"]
    assert "≥ 4" in part["star"] and "(87)" in part["star"]
    assert 'class="badge v-missed"' in part["targets"] and "−0.5" in part["targets"]
    assert "≥ 3" in part["targets"]
    assert "8–9 / 9" in part["source"]


def test_a_comparison_with_an_input_of_the_index_says_that_it_is_not_independent(
    pages: dict[Path, str], release: Path
) -> None:
    text = pages[(release / "validation.html").resolve()].split("<tbody>")[1]
    rows = {name: text[text.index(name) :].split("</tr>")[0] for name in ("STAR 名", "位次表", "太少")}
    assert "not independent" in rows["STAR 名"] and "v-agrees" in rows["STAR 名"]
    assert "not independent" not in rows["位次表"] and "v-disagrees" in rows["位次表"]
    assert "v-not_decidable" in rows["太少"] and "n = 0" in rows["太少"]


def test_the_chart_of_rankings_is_of_one_that_can_be_judged_and_is_independent(
    pages: dict[Path, str], release: Path
) -> None:
    chart = charts_of(pages[(release / "validation.html").resolve()])[0]
    assert chart["label"] == "位次表 A list"
    assert len({row["s"] for row in largest(chart) if "s" in row}) == 2


def test_an_edition_stands_beside_the_one_before_it_and_a_second_printing_is_told(
    pages: dict[Path, str], release: Path
) -> None:
    text = pages[(release / "validation.html").resolve()]
    row = text.split('<th scope="row">2019</th>')[1].split("</tr>")[0]
    assert all(shown in row for shown in ("210.00", "204.50", "-5.50", "105.0"))
    assert text.count("210.00") == 2
    assert "180.21" in text and "from the printed yearly pace" in text


def section(text: str, start: str, end: str) -> str:
    """The part of a page from the heading with the id `start` up to the one with the id `end`."""
    return text[text.index(f'id="{start}"') : text.index(f'id="{end}"')]


def test_each_edition_that_was_computed_has_intervals_of_its_own_and_no_other_is_shown(
    pages: dict[Path, str], release: Path
) -> None:
    text = pages[(release / "index_uncertainty.html").resolve()]
    assert 'aria-current="page"' in text and "Never computed" not in text
    front = pages[(release / "index.html").resolve()]
    assert "index_uncertainty.html#e-g60_collaborative_innovation_2" in front and "#e-untried" not in front
    latest = section(text, "latest-g60_collaborative_innovation", "probability-g60_collaborative_innovation")
    table = latest[: latest.index("</table>")]
    [hangzhou] = [row for row in table.split("<tr") if "Hangzhou" in row]
    assert "124.2 – 134.2" in hangzhou and "0.8 – 2.8" in hangzhou and "50 %" in hangzhou
    [songjiang] = [row for row in table.split("<tr") if "Songjiang" in row]
    assert "<b>–</b>" in songjiang and songjiang.count("–</td>") == 4 and "10 %" in songjiang
    [chart] = charts_of(latest)
    assert len(largest(chart)) == 1


def test_known_disagreements_stand_in_the_order_of_their_register_and_the_others_after_them(
    pages: dict[Path, str], release: Path
) -> None:
    text = pages[(release / "quality.html").resolve()]
    section = text[text.index('id="disagreement"') : text.index('id="revision"')]
    known, others = section.split("Not in the register")
    assert "1 of its 2 are found" in known
    assert known.index("of old") < known.index("a fall") and known.count(">a fall<") == 1
    assert 'rowspan="2"' in known and "A is used" in known
    assert "(2019)" in others and "(2019)" not in known and "(2022)" in others
    assert others.count("<dt>") == 2


def test_near_certainty_is_not_told_as_certainty(pages: dict[Path, str], release: Path) -> None:
    text = pages[(release / "index_uncertainty.html").resolve()]
    chances = section(
        text, "probability-g60_collaborative_innovation", "outranking-g60_collaborative_innovation"
    )
    assert "&gt;99</td>" in chances and "&lt;1</td>" in chances and "100</td>" not in chances


def test_the_most_wanted_numbers_are_five_a_year_with_links_to_place_and_indicator(
    pages: dict[Path, str], release: Path
) -> None:
    text = pages[(release / "index_uncertainty.html").resolve()]
    wanted = section(text, "wanted-g60_collaborative_innovation", "sensitivity-g60_collaborative_innovation")
    assert (
        wanted.count('href="places/330100.html"') == wanted.count('href="indicators/gdp_per_head.html"') == 10
    )
    assert "12.3 %" in wanted and "peer median" in wanted and "1,006" not in wanted


def test_the_check_of_the_engine_goes_step_by_step_in_the_order_of_the_engine(
    pages: dict[Path, str], release: Path
) -> None:
    text = pages[(release / "index_uncertainty.html").resolve()]
    check = text[text.index('id="check"') :]
    assert check.index("first.csv") < check.index("ranks.csv")
    assert "7 × 10⁻¹⁵" in check and "0.5649" in check and "−0.0468" in check


def test_the_largest_contributions_to_a_gap_and_the_rest_add_up_to_it(
    pages: dict[Path, str], release: Path
) -> None:
    text = pages[(release / "index_explained.html").resolve()]
    gap = text[text.index("<h3>2020: ") :]
    table = gap[: gap.index("</table>")]
    shown = [row for row in table.split("<tr>") if 'class="bars"' in row]
    assert len(shown) == 6  # five above zero and the one below; nothing that is zero
    assert "+0.20" not in "".join(shown)
    assert "+0.20" in table.split("all others together")[1] and "+4.00" in table.split("Sum</span>")[1]


def test_coherence_shows_the_flags_and_every_alpha_with_pillars_first(
    pages: dict[Path, str], release: Path
) -> None:
    text = pages[(release / "index_explained.html").resolve()]
    coherence = section(text, "coherence-g60_collaborative_innovation", "e-g60_collaborative_innovation_2")
    assert coherence.index("unreliable") < coherence.index("0.81")
    assert "77.0 %" in coherence and "−0.61" in coherence and "+0.61" not in coherence


def test_the_method_of_each_edition_is_told_as_the_seeds_have_it(
    pages: dict[Path, str], release: Path
) -> None:
    text = pages[(release / "method.html").resolve()]
    first, second = (
        section(text, "index", "index-g60_collaborative_innovation_2"),
        section(text, "index-g60_collaborative_innovation_2", "index-untried"),
    )
    assert first.count("Σ w x ÷ Σ w") == 2 and "power mean" not in first
    assert second.count("Σ w x ÷ Σ w") == 1 and "power mean" in second and "p = 0.25" in second
    assert "Geometric now" in second and "a = 0, b = 100" in first


def test_the_industry_map_tells_gaps_single_points_and_how_far_each_has_come(
    pages: dict[Path, str], release: Path
) -> None:
    page = pages[release / "chains.html"]
    shown = page[page.index('class="matrix industry"') : page.index('id="launches"')]
    assert shown.count("空缺") == 0 and shown.count('class="num gap"') == 2
    assert shown.count("仅此一家") == 2 and shown.count('class="state s-planned"') == 1
    # A segment shows how many, its parts show who; a state without a word of its own shows its code.
    assert (
        shown.count("合成基地") == 1
        and '+ 1 <span lang="zh-CN">基地' in shown
        and 'title="unheard of"' in shown
    )


def test_launches_add_up_and_a_total_printed_elsewhere_is_marked(
    pages: dict[Path, str], release: Path
) -> None:
    page = pages[release / "chains.html"]
    names = [row.get("name") for rows in charts_of(page)[0]["datasets"].values() for row in rows]
    assert "合成星座 36" in names and "40?" in names and "36?" not in names
    assert '<span class="warn">36, 40?</span>' in page
    # A launch without a day stands in the table and not in the chart.
    assert page.count("合成无期") == 1 and not any("合成无期" in str(name) for name in names)
    assert "推迟" in page and page.count('<tr class="reference">') == 1


def test_the_map_of_links_draws_a_trunk_by_its_sections_and_leads_to_what_lies_beyond(
    pages: dict[Path, str], release: Path
) -> None:
    page = pages[release / "chains.html"]
    chart = charts_of(page)[1]
    rows = [row for found in chart["datasets"].values() for row in found]
    assert [row["dash"] for row in rows if "dash" in row].count("planned") == 2
    assert [row["dash"] for row in rows if "dash" in row].count("operating") == 2
    names = [row["name"] for row in rows if "name" in row]
    assert "→ 北京⇄→ Beijing" in names and "杭州 1⇄Hangzhou 1" in names
    assert sum(layer["mark"].get("size") == 400 for layer in chart["layer"]) == 1
    assert "甲 / 未知" in page and "浙江省 – 420000" in page


def test_a_first_that_cannot_be_decided_says_what_is_missing(pages: dict[Path, str], release: Path) -> None:
    page = pages[release / "chains.html"]
    assert 'class="badge v-not_decidable"' in page and "the vendor at each end" in page
    assert "电力、other" in page


def test_other_files_in_the_folder_stay(release: Path) -> None:
    assert (release / "dbt" / "index.html").read_text(encoding="utf-8") == "dbt's own"


def test_building_again_writes_the_same_pages(release: Path, pages: dict[Path, str]) -> None:
    build_site(release.parent / "g60.duckdb", release)
    assert {path: path.read_text(encoding="utf-8") for path in pages} == pages


def test_the_generator_loads_no_heavy_library() -> None:
    code = "import sys, flows.reporting.site; print({'pandas', 'prefect', 'dbt'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        (0, "0"),
        (18597.47, "18,597.47"),
        (21202.439453, "21,202.44"),
        (219.380004882812, "219.38"),
        (1349083.5, "1,349,083.5"),
        (-0.05, "−0.05"),
        (0.000012, "1.2e-05"),
    ],
)
def test_a_number_shows_the_digits_it_carries(value: float | None, shown: str) -> None:
    assert number(value) == shown


def test_an_open_interval_shows_its_known_end() -> None:
    assert [interval(1800, None), interval(None, 5), interval(2, 2), interval(1, 2)] == [
        "≥ 1,800",
        "≤ 5",
        "2",
        "1 – 2",
    ]


def test_a_description_is_told_apart_by_language() -> None:
    assert two_languages("地区。 Place.") == ("地区。", "Place.")
    assert two_languages("Places: all. 地区:全部。") == ("地区:全部。", "Places: all.")
    assert two_languages("only English") == ("", "only English")


def test_an_address_among_words_is_the_only_part_that_is_a_link() -> None:
    assert web_pieces("纸本 ; http://a.cn/x ; text") == [
        ("纸本 ; ", False),
        ("http://a.cn/x", True),
        (" ; text", False),
    ]


def test_a_tiny_difference_keeps_its_power_of_ten() -> None:
    assert [power_of_ten(x) for x in (7e-15, 2.4e-13, 0)] == ["7 × 10⁻¹⁵", "2 × 10⁻¹³", "0"]


def test_a_number_is_followed_from_its_place_to_the_cell_it_was_read_from(
    pages: dict[Path, str], release: Path
) -> None:
    place, figure = release / "places/330100.html", "../indicators/gdp.html#v-330100-2022"
    assert figure in Page(pages[place]).links
    text = pages[(release / "indicators/gdp.html").resolve()]
    row = text[text.index('id="v-330100-2022"') :].split("</tr>")[0]
    assert "../sources/f.csv.html#B1" in Page(row).links
    source = pages[release / "sources/f.csv.html"]
    cell = source[source.index('id="B1"') :].split("</tr>")[0]
    assert "18753.0" in cell and figure in Page(cell).links


def test_a_score_is_followed_to_what_it_was_made_of_in_its_year_and_on_to_the_inputs(
    pages: dict[Path, str], release: Path
) -> None:
    place = pages[(release / "places/330100.html").resolve()]
    for year in (2018, 2020):
        assert f"places/330100.html#index-{year}" in Page(pages[(release / "index.html").resolve()]).links
        assert f"#index-{year}" in Page(place).links
        parts = place[place.index(f'id="index-{year}"') :].split("</table>")[0]
        assert "人均地区生产总值" in parts and "../method.html#imputation" in Page(parts).links


def test_a_place_without_figures_has_a_page_of_its_links_each_with_its_cell(
    pages: dict[Path, str], release: Path
) -> None:
    text = pages[(release / "places/110000.html").resolve()]
    links = text[text.index('id="links"') :]
    assert "1.5" in links and "1.45 – 1.55" in links
    assert {"../places/310117.html", "../sources/f.csv.html#B1"} <= set(Page(links).links)
    assert "640.5" not in pages[(release / "places/310117.html").resolve()], "a model's link stays out"


def test_no_name_stands_twice_in_the_heading_of_a_row(pages: dict[Path, str], release: Path) -> None:
    for name in ("places/330100.html", "network.html"):
        for heading in re.findall(r'<th scope="row">(.*?)</th>', pages[(release / name).resolve()]):
            names = re.findall(r'lang="en">([^<]+)<', heading)
            assert len(names) == len(set(names)), (name, heading)


def test_a_title_quoted_in_chinese_is_marked_as_chinese(pages: dict[Path, str], release: Path) -> None:
    text = pages[(release / "places/330100.html").resolve()]
    titles = re.findall(r'<a class="doc"([^>]*)>([^<]*)</a>', text)
    assert titles
    for attributes, title in titles:
        assert (' lang="zh"' in attributes) == bool(re.search(r"[\u4e00-\u9fff]", title)), title


def test_an_indicator_without_figures_has_a_page_that_says_so(pages: dict[Path, str], release: Path) -> None:
    text = pages[(release / "indicators/joint_patents.html").resolve()]
    assert "No figure of it is held yet" in text and "Added up" in text
    listed = pages[(release / "indicators.html").resolve()]
    assert "4 indicators by subject, of which 3 have figures" in listed and "no figure yet" in listed


def test_a_metric_leads_to_what_each_of_its_values_was_made_of(pages: dict[Path, str], release: Path) -> None:
    links = Page(pages[(release / "metrics.html").resolve()]).links
    assert {
        "indicators/gdp.html#v-330100-2022",
        "indicators/gdp.html#nine-2022",
        "places/G60.html#index-2020",
    } <= set(links)


def test_labels_of_a_sheet_stand_once_where_they_do_not_repeat_themselves(
    pages: dict[Path, str], release: Path
) -> None:
    page = pages[release / "sources/b-20-y.xlsx.html"]
    table = page[page.index('id="cells"') :]
    assert "表 &lt;1&gt;" in table and table.count("地区生产总值") == 1
    head, body = table.split("<tbody>", 1)
    assert ">2021</th>" in head and ">2022</th>" in head and "<code>AB</code>" in head
    assert body.count("杭州市") == 1 and 'id="表 &lt;1&gt;!AB9"' in body


def test_a_long_register_keeps_an_anchor_for_every_cell(pages: dict[Path, str], release: Path) -> None:
    ids = set(Page(pages[release / "sources/claims.csv.html"]).ids)
    assert {f"{letter}{row}" for letter in "AB" for row in range(2, 400)} <= ids


def test_a_claim_leads_to_the_cell_that_printed_it_and_the_cell_back(
    pages: dict[Path, str], release: Path
) -> None:
    assert "../sources/claims.csv.html#A2" in Page(pages[release / "claims/S01.html"]).links
    assert "../claims/S01.html" in Page(pages[release / "sources/claims.csv.html"]).links


def test_no_two_paths_share_a_page_and_its_name_is_plain() -> None:
    paths = ["a/b.csv", "a--b.csv", "a-b.csv", "a-2d-b.csv", "a b.csv", "年鉴/表.csv", "<img src=x>"]
    names = [slug(path) for path in paths]
    assert len(set(names)) == len(paths)
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+", name) for name in names)


def test_a_mart_tells_its_key_its_references_and_where_its_columns_come_from(
    pages: dict[Path, str], release: Path
) -> None:
    text = pages[release / "tables/fct_indicator.html"]
    assert "(place_code, indicator_code, period)" in text and "int_figure" in text
    assert "../examples.html#all_figures" in Page(text).links
    assert "Referred to by" in pages[release / "tables/dim_place.html"]


def test_an_example_shows_its_first_rows_and_one_that_fails_or_never_ends_says_so(
    pages: dict[Path, str], release: Path
) -> None:
    page = pages[release / "examples.html"]
    shown = {
        name: page[page.index(f'id="{name}"') :].split("</article>")[0]
        for name in ("all_figures", "endless", "faulty", "long")
    }
    assert "18,753" in shown["all_figures"] and "tables/fct_indicator.html" in shown["all_figures"]
    assert "did not run" in shown["endless"] and "did not run" in shown["faulty"]
    assert "no_such_column" in shown["faulty"] and "<table" not in shown["faulty"]
    assert shown["long"].count("<tr>") == EXAMPLE_ROWS + 1 and "The first 12 rows" in shown["long"]


def test_an_indicator_tells_its_coverage_its_metrics_and_the_rows_that_tests_name(
    pages: dict[Path, str], release: Path
) -> None:
    text = pages[release / "indicators/gdp.html"]
    coverage = text[text.index('id="coverage"') : text.index('id="gaps"')]
    assert coverage.count('class="gap-here" title="该年未找到数字') == 4
    assert "gdp_double = 2 * gdp" in text
    tests = text[text.index('id="tests"') : text.index('id="use"')]
    assert "too high" in tests and "../sources/f.csv.html#B1" in Page(tests).links
    assert "too high" not in pages[release / "indicators/gdp_per_head.html"]
    assert "gdp_double" not in pages[release / "indicators/gdp_per_head.html"]


def test_a_release_tells_what_changed_by_place_and_indicator(pages: dict[Path, str], release: Path) -> None:
    text = pages[release / "release.html"]
    changes = text[text.index('class="plain changes"') :].split("</ul>")[0]
    assert "苏州" in changes and "1 gone" in changes
    assert "g60 verify 20250101T000000" in text and "20241231T000000" in text


def test_an_entry_for_a_bibliography_holds_no_sign_that_ends_it() -> None:
    entry = bibtex_of({"built_at": 1735689600.0, "release_id": "a_b"})("gdp/x", "50% of {all} & more")
    assert entry.startswith("@misc{g60_gdp_x,") and "year = {2025}" in entry
    assert r"50\% of \{all\} \& more" in entry and r"a\_b" in entry
