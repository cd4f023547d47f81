"""SDMX: a structure message (SDMX-ML 2.1) and the figures as SDMX-CSV, for tools of statistical offices."""

from __future__ import annotations

from pathlib import Path

import duckdb
from lxml import etree

from flows.exporting.dataset import Dataset

MESSAGE = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message"
STRUCTURE = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/structure"
COMMON = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common"
XML = "http://www.w3.org/XML/1998/namespace"
VERSION = "1.0"
DATAFLOW, PRINTINGS = "G60_FIGURES", "G60_PRINTINGS"

# What each column of the data means, in both languages, and the code list its values come from.
CONCEPTS = {
    "FREQ": ("频率", "Frequency", "CL_FREQ"),
    "REF_AREA": ("地区", "Reference area", "CL_AREA"),
    "INDICATOR": ("指标", "Indicator", "CL_INDICATOR"),
    "PRINTING": ("第几次刊印", "Number of the printing, the earliest first", None),
    "TIME_PERIOD": ("时期", "Time period", None),
    "OBS_VALUE": ("数值", "Observation value", None),
    "UNIT_MEASURE": ("单位", "Unit of measure", "CL_UNIT"),
    "OBS_STATUS": ("观测状态", "Observation status", "CL_OBS_STATUS"),
    "VALUE_KIND": ("数值性质", "Kind of value", "CL_VALUE_KIND"),
    "QUALIFIER": ("限定", "Qualifier", "CL_QUALIFIER"),
    "VALUE_LOW": ("下限", "Lower end of the interval", None),
    "VALUE_HIGH": ("上限", "Upper end of the interval", None),
    "STATUS_PRINTED": ("刊印状态", "Status as the source states it", "CL_STATUS"),
    "VINTAGE": ("刊出日期", "Day on which the value became known", None),
    "DOCUMENT": ("来源", "Document", None),
    "SOURCE_CELL": ("单元格", "File and cell", None),
}
DIMENSIONS = {
    DATAFLOW: ("FREQ", "REF_AREA", "INDICATOR"),
    PRINTINGS: ("FREQ", "REF_AREA", "INDICATOR", "PRINTING"),
}
ATTRIBUTES = tuple(list(CONCEPTS)[6:])
REQUIRED = {"UNIT_MEASURE", "OBS_STATUS", "VALUE_KIND"}
FLOW_NAMES = {
    DATAFLOW: ("最佳值", "Best figures", "marts.fct_indicator"),
    PRINTINGS: ("历次刊印", "Every printing", "marts.fct_observation"),
}
FIXED_LISTS = {
    "CL_FREQ": {
        "A": ("年", "Annual"),
        "S": ("半年", "Half-yearly"),
        "Q": ("季", "Quarterly"),
        "M": ("月", "Monthly"),
        "D": ("日", "Daily"),
        "_U": ("数月或数季合计", "A run of months or quarters"),
    },
    "CL_OBS_STATUS": {"A": ("正常值", "Normal value"), "P": ("初步数", "Provisional value")},
    "CL_VALUE_KIND": {
        "observed": ("刊印值", "Printed"),
        "derived": ("推算值", "Derived from printed values"),
        "bound": ("界限值", "A limit only"),
    },
    "CL_QUALIFIER": {
        "exact": ("确数", "Exact"),
        "at_least": ("不少于", "At least"),
        "at_most": ("不超过", "At most"),
        "about": ("约", "About"),
    },
    "CL_STATUS": {
        "preliminary": ("初步数", "Preliminary"),
        "final": ("最终数", "Final"),
        "revised": ("修订数", "Revised"),
        "unknown": ("未注明", "Not stated"),
    },
}
READ_LISTS = {
    "CL_AREA": "select place_code, name_zh, name_en from marts.dim_place order by all",
    "CL_INDICATOR": "select indicator_code, name_zh, name_en from marts.dim_indicator order by all",
    "CL_UNIT": "select distinct code, unit, unit_en from ({units}) order by all",
}
# A unit's code is its English name in capitals: it stays when others come.
UNITS = """
    select distinct unit, unit_en,
        trim(regexp_replace(upper(replace(unit_en, '%', 'percent')), '[^A-Z0-9]+', '_', 'g'), '_') as code
    from marts.dim_indicator where unit is not null
"""
# A run of months or quarters is a start and a length; anything else has a form of its own.
TIME_PERIOD = """
    case
        when period ~ '^\\d{4}(-\\d{2}-\\d{2})?$' then period
        when period ~ '^\\d{4}H\\d$' then replace(period, 'H', '-S')
        when period ~ '^\\d{4}Q\\d$' then replace(period, 'Q', '-Q')
        when period ~ '^\\d{4}M\\d{2}$' then replace(period, 'M', '-')
        when period ~ '^\\d{4}Q\\d-Q\\d$'
            then format('{}-{:02d}-01/P{}M', period[1:4], 3 * period[6]::integer - 2,
                3 * (period[9]::integer - period[6]::integer + 1))
        when period ~ '^\\d{4}M\\d{2}-M\\d{2}$'
            then format('{}-{}-01/P{}M', period[1:4], period[6:7],
                period[10:11]::integer - period[6:7]::integer + 1)
    end
"""
FREQ = """
    case
        when period ~ '^\\d{4}$' then 'A' when period ~ '^\\d{4}H\\d$' then 'S'
        when period ~ '^\\d{4}Q\\d$' then 'Q' when period ~ '^\\d{4}-\\d{2}-\\d{2}$' then 'D'
        when period ~ '^\\d{4}M\\d{2}$' then 'M' else '_U'
    end
"""
FIGURES = """
    select
        'dataflow' as "STRUCTURE", '{agency}:{flow}({version})' as "STRUCTURE_ID", 'I' as "ACTION",
        {freq} as "FREQ", f.place_code as "REF_AREA", f.indicator_code as "INDICATOR", {printing}
        {time_period} as "TIME_PERIOD", f.value as "OBS_VALUE", u.code as "UNIT_MEASURE",
        {status} as "OBS_STATUS", f.value_kind as "VALUE_KIND", f.qualifier as "QUALIFIER",
        f.value_low as "VALUE_LOW", f.value_high as "VALUE_HIGH", f.status as "STATUS_PRINTED",
        f.vintage_date as "VINTAGE", f.document_id as "DOCUMENT", f.cell_address as "SOURCE_CELL"
    from {source} as f
    left join ({units}) as u on f.unit = u.unit
    order by all
"""
PRINTING = """
    row_number() over (
        partition by f.place_code, f.indicator_code, f.period
        order by f.vintage_date nulls first, f.document_id, f.cell_address
    ) as "PRINTING",
"""


def write_sdmx(connection: duckdb.DuckDBPyConnection, dataset: Dataset, folder: Path) -> None:
    """sdmx/structure.xml, and one SDMX-CSV 2.0 file for each dataflow."""
    folder.mkdir()
    tree = structure_message(connection, dataset)
    tree.write(str(folder / "structure.xml"), xml_declaration=True, encoding="utf-8", pretty_print=True)
    for flow, (_, _, source) in FLOW_NAMES.items():
        sql = FIGURES.format(
            agency=dataset.said["agency"],
            flow=flow,
            version=VERSION,
            freq=FREQ,
            time_period=TIME_PERIOD,
            printing=PRINTING if flow == PRINTINGS else "",
            status=status_case(dataset),
            units=UNITS,
            source=source,
        )
        path = folder / f"{flow.lower()}.csv"
        connection.sql(sql).write_csv(str(path))


def status_case(dataset: Dataset) -> str:
    cases = " ".join(
        f"when '{ours}' then '{theirs}'" for ours, theirs in dataset.said["observation_status"].items()
    )
    return f"case f.status {cases} end"


def structure_message(connection: duckdb.DuckDBPyConnection, dataset: Dataset) -> etree._ElementTree:
    """Code lists, concepts, a data structure and a dataflow for the best figures and for every printing."""
    agency = str(dataset.said["agency"])
    names = {"mes": MESSAGE, "str": STRUCTURE, "com": COMMON}
    root = etree.Element(f"{{{MESSAGE}}}Structure", nsmap=names)
    header = etree.SubElement(root, f"{{{MESSAGE}}}Header")
    for tag, text in (("ID", "G60"), ("Test", "false"), ("Prepared", f"{dataset.published_on}T00:00:00")):
        etree.SubElement(header, f"{{{MESSAGE}}}{tag}").text = text
    etree.SubElement(header, f"{{{MESSAGE}}}Sender", id=agency)
    structures = etree.SubElement(root, f"{{{MESSAGE}}}Structures")
    flows = child(structures, "Dataflows")
    lists = child(structures, "Codelists")
    concepts = child(structures, "Concepts")
    definitions = child(structures, "DataStructures")
    for flow, (zh, en, _) in FLOW_NAMES.items():
        item = maintained(flows, "Dataflow", flow, agency, zh, en)
        reference(child(item, "Structure"), agency, flow, "DataStructure", "datastructure", version=VERSION)
    for name, sql in READ_LISTS.items():
        rows = connection.execute(sql.format(units=UNITS)).fetchall()
        add_list(lists, name, agency, {code: (zh, en) for code, zh, en in rows})
    for name, codes in FIXED_LISTS.items():
        add_list(lists, name, agency, codes)
    scheme = maintained(concepts, "ConceptScheme", "CS_G60", agency, "概念", "Concepts")
    for name, (zh, en, _) in CONCEPTS.items():
        named(child(scheme, "Concept", id=name), zh, en)
    for flow, (zh, en, _) in FLOW_NAMES.items():
        add_definition(definitions, flow, agency, zh, en)
    return etree.ElementTree(root)


def add_list(lists: etree._Element, name: str, agency: str, codes: dict[str, tuple[str, str]]) -> None:
    item = maintained(lists, "Codelist", name, agency, name, name)
    for code, (zh, en) in codes.items():
        named(child(item, "Code", id=code), zh, en)


def add_definition(definitions: etree._Element, flow: str, agency: str, zh: str, en: str) -> None:
    item = maintained(definitions, "DataStructure", flow, agency, zh, en)
    parts = child(item, "DataStructureComponents")
    dimensions = child(parts, "DimensionList", id="DimensionDescriptor")
    for position, name in enumerate(DIMENSIONS[flow], 1):
        component(dimensions, "Dimension", name, agency, position=str(position))
    time = component(
        dimensions, "TimeDimension", "TIME_PERIOD", agency, position=str(len(DIMENSIONS[flow]) + 1)
    )
    child(child(time, "LocalRepresentation"), "TextFormat", textType="ObservationalTimePeriod")
    attributes = child(parts, "AttributeList", id="AttributeDescriptor")
    for name in ATTRIBUTES:
        status = "Mandatory" if name in REQUIRED else "Conditional"
        attribute = component(attributes, "Attribute", name, agency, assignmentStatus=status)
        etree.SubElement(
            child(child(attribute, "AttributeRelationship"), "PrimaryMeasure"), "Ref", id="OBS_VALUE"
        )
    measures = child(parts, "MeasureList", id="MeasureDescriptor")
    component(measures, "PrimaryMeasure", "OBS_VALUE", agency)


def component(parent: etree._Element, tag: str, name: str, agency: str, **more: str) -> etree._Element:
    """A dimension, attribute or measure that stands for the concept of its own name."""
    item = child(parent, tag, id=name, **more)
    reference(
        child(item, "ConceptIdentity"),
        agency,
        name,
        "Concept",
        "conceptscheme",
        maintainableParentID="CS_G60",
        maintainableParentVersion=VERSION,
    )
    if codes := CONCEPTS[name][2]:
        enumeration = child(child(item, "LocalRepresentation"), "Enumeration")
        reference(enumeration, agency, codes, "Codelist", "codelist", version=VERSION)
    return item


def child(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{STRUCTURE}}}{tag}", attributes)


def reference(parent: etree._Element, agency: str, name: str, kind: str, package: str, **more: str) -> None:
    attributes = {"id": name, "agencyID": agency, "class": kind, "package": package} | more
    etree.SubElement(parent, "Ref", attributes)


def maintained(parent: etree._Element, tag: str, name: str, agency: str, zh: str, en: str) -> etree._Element:
    item = child(parent, tag, id=name, agencyID=agency, version=VERSION, isFinal="false")
    return named(item, zh, en)


def named(item: etree._Element, zh: str, en: str) -> etree._Element:
    for language, text in (("zh", zh), ("en", en)):
        if text:
            name = etree.SubElement(item, f"{{{COMMON}}}Name")
            name.set(f"{{{XML}}}lang", language)
            name.text = text
    return item
