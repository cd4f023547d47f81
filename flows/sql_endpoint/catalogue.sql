-- PostgreSQL's catalogue as clients ask for it: what is empty here, what is always the same, and functions.
-- Tables of relations, columns, types and comments are filled from the release before this is run.

-- Empty, with the columns that clients name.
create table pg_attrdef (oid bigint, adrelid bigint, adnum smallint, adbin varchar);
create table pg_inherits (inhrelid bigint, inhparent bigint, inhseqno integer, inhdetachpending boolean);
create table pg_trigger (oid bigint, tgrelid bigint, tgname varchar, tgfoid bigint, tgenabled varchar,
    tgisinternal boolean, tgconstraint bigint, tgparentid bigint, tgdeferrable boolean, tginitdeferred
    boolean, tgtype smallint);
create table pg_rewrite (oid bigint, rulename varchar, ev_class bigint, ev_enabled varchar, is_instead
    boolean, ev_type varchar);
create table pg_depend (classid bigint, objid bigint, objsubid integer, refclassid bigint, refobjid bigint,
    refobjsubid integer, deptype varchar);
create table pg_shdescription (objoid bigint, classoid bigint, description varchar);
create table pg_policy (oid bigint, polname varchar, polrelid bigint, polpermissive boolean, polroles
    bigint[], polqual varchar, polwithcheck varchar, polcmd varchar);
create table pg_statistic_ext (oid bigint, stxrelid bigint, stxnamespace bigint, stxname varchar, stxkeys
    smallint[], stxkind varchar[], stxstattarget integer);
create table pg_publication (oid bigint, pubname varchar, puballtables boolean);
create table pg_publication_rel (oid bigint, prpubid bigint, prrelid bigint, prqual varchar, prattrs
    smallint[]);
create table pg_publication_namespace (oid bigint, pnpubid bigint, pnnspid bigint);
create table pg_foreign_table (ftrelid bigint, ftserver bigint, ftoptions varchar[]);
create table pg_foreign_server (oid bigint, srvname varchar, srvfdw bigint, srvowner bigint);
create table pg_foreign_data_wrapper (oid bigint, fdwname varchar);
create table pg_partitioned_table (partrelid bigint, partstrat varchar, partnatts smallint);
create table pg_collation (oid bigint, collname varchar, collnamespace bigint);
create table pg_enum (oid bigint, enumtypid bigint, enumlabel varchar, enumsortorder float);
create table pg_range (rngtypid bigint, rngsubtype bigint, rngmultitypid bigint);
create table pg_event_trigger (oid bigint, evtname varchar);
create table pg_sequence (seqrelid bigint, seqtypid bigint, seqstart bigint, seqmax bigint, seqmin bigint,
    seqincrement bigint, seqcycle boolean, seqcache bigint);
create table pg_sequences (schemaname varchar, sequencename varchar, last_value bigint);
create table pg_matviews (schemaname varchar, matviewname varchar, matviewowner varchar, definition
    varchar);
create table pg_proc (oid bigint, proname varchar, pronamespace bigint, proowner bigint, prokind varchar,
    prorettype bigint, proargtypes varchar, prosrc varchar, proretset boolean, prolang bigint, pronargs
    smallint, proargnames varchar[], proargmodes varchar[], proallargtypes bigint[], proisagg boolean);
create table pg_language (oid bigint, lanname varchar);
create table pg_operator (oid bigint, oprname varchar, oprnamespace bigint);
create table pg_cast (oid bigint, castsource bigint, casttarget bigint);
create table pg_aggregate (aggfnoid bigint);
create table pg_opclass (oid bigint, opcname varchar);
create table pg_seclabel (objoid bigint);
create table pg_stat_activity (pid integer, datname varchar, usename varchar, state varchar, query varchar);
create table pg_locks (pid integer, locktype varchar);
create table pg_auth_members (roleid bigint, member bigint);
create table pg_default_acl (oid bigint, defaclnamespace bigint);
create table pg_timezone_names (name varchar, abbrev varchar, utc_offset interval, is_dst boolean);

create table pg_constraint ( oid bigint, conname varchar, connamespace bigint, contype varchar, conrelid
    bigint, conindid bigint, confrelid bigint, conkey smallint[], confkey smallint[], definition varchar,
    condeferrable boolean, condeferred boolean, convalidated boolean, confupdtype varchar, confdeltype
    varchar, confmatchtype varchar, contypid bigint, conparentid bigint, conbin varchar, consrc varchar,
    conislocal boolean, connoinherit boolean );
create table pg_index ( indexrelid bigint, indrelid bigint, indnatts smallint, indnkeyatts smallint,
    indisunique boolean, indisprimary boolean, indkey smallint[], indisclustered boolean, indisvalid
    boolean, indisreplident boolean, indexprs varchar, indpred varchar, indoption smallint[], indclass
    bigint[], indisexclusion boolean, indimmediate boolean, indcollation bigint[], indisready boolean,
    indislive boolean );

-- The server and its one user.
create table pg_database as select 16384 as oid, 'g60' as datname, 10 as datdba, 6 as encoding, 'c' as
    datlocprovider, false as datistemplate, true as datallowconn, -1 as datconnlimit, 1663 as dattablespace,
    'C' as datcollate, 'C' as datctype, null::varchar as daticulocale, null::varchar[] as datacl, 0 as
    datlastsysoid, null::varchar as datcollversion;
create table pg_roles as select 10 as oid, 'g60' as rolname, false as rolsuper, true as rolinherit, false as
    rolcreaterole, false as rolcreatedb, true as rolcanlogin, false as rolreplication, -1 as rolconnlimit,
    null::timestamp as rolvaliduntil, false as rolbypassrls, null::varchar[] as rolconfig, null::varchar as
    rolpassword;
create view pg_authid as from pg_roles;
create view pg_user as select rolname as usename, oid as usesysid, false as usesuper from pg_roles;
create view pg_shadow as from pg_user;
create table pg_tablespace as select 1663 as oid, 'pg_default' as spcname, 10 as spcowner, null::varchar[]
    as spcacl, null::varchar[] as spcoptions;
create table pg_am as select 2 as oid, 'heap' as amname, 't' as amtype, 0 as amhandler;
create table pg_extension as select 1 as oid, 'plpgsql' as extname, 10 as extowner, 11 as extnamespace,
    '1.0' as extversion, false as extrelocatable where false;
create table pg_settings as select * from (values ('server_version', '15.0'), ('max_index_keys', '32'),
    ('standard_conforming_strings', 'on'), ('server_encoding', 'UTF8'), ('TimeZone', 'UTC'), ('search_path',
    'marts, main, meta'), ('transaction_read_only', 'on')) as s (name, setting);
create view pg_tables as select n.nspname as schemaname, c.relname as tablename, 'g60' as tableowner,
    null::varchar as tablespace, false as hasindexes, false as hasrules, false as hastriggers, false as
    rowsecurity from pg_class as c join pg_namespace as n on n.oid = c.relnamespace where c.relkind = 'r';
create view pg_views as select n.nspname as schemaname, c.relname as viewname, 'g60' as viewowner,
    c.definition from pg_class as c join pg_namespace as n on n.oid = c.relnamespace where c.relkind = 'v';
create view pg_indexes as select '' as schemaname, '' as tablename, '' as indexname where false;
create view pg_stat_user_tables as select c.oid as relid, n.nspname as schemaname, c.relname,
    c.reltuples::bigint as n_live_tup from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
    where c.relkind = 'r';

-- Functions. Their own names begin with a line, so that none of the asker's is caught.
create macro version() as 'PostgreSQL 15.0 (the G60 warehouse, read-only, answered by DuckDB)';
create macro current_database() as 'g60';
create macro current_catalog() as 'g60';
create macro current_user() as 'g60';
create macro current_role() as 'g60';
create macro session_user() as 'g60';
create macro current_schema() as 'marts';
create macro current_schemas(implicit) as ['marts', 'main', 'meta'];
create macro regclass_of(name) as ( select min(_c.oid) from pg_class as _c join pg_namespace as _n on _n.oid
    = _c.relnamespace where replace(name, '"', '') in (_c.relname, _n.nspname || '.' || _c.relname) );
create macro to_regclass(name) as regclass_of(name);
create macro format_type(of, modifier) as coalesce((select _t.shown from pg_type as _t where _t.oid = of),
    'text');
create macro pg_get_expr(a, b) as a::varchar, (a, b, c) as a::varchar;
create macro pg_get_userbyid(a) as 'g60';
create macro pg_get_viewdef(a) as (select _c.definition from pg_class as _c where _c.oid = a), (a, b) as
    (select _c.definition from pg_class as _c where _c.oid = a);
create macro pg_get_indexdef(a) as null::varchar, (a, b, c) as null::varchar;
create macro pg_get_constraintdef(a) as (select _c.definition from pg_constraint as _c where _c.oid = a),
    (a, b) as (select _c.definition from pg_constraint as _c where _c.oid = a);
create macro pg_get_partkeydef(a) as null::varchar;
create macro pg_get_statisticsobjdef_columns(a) as null::varchar;
create macro pg_get_function_result(a) as null::varchar;
create macro pg_get_function_arguments(a) as null::varchar;
create macro pg_get_function_identity_arguments(a) as null::varchar;
create macro pg_get_ruledef(a) as null::varchar, (a, b) as null::varchar;
create macro pg_get_triggerdef(a) as null::varchar, (a, b) as null::varchar;
create macro pg_table_is_visible(a) as coalesce( (select _n.nspname in ('main', 'marts', 'meta') from
    pg_class as _c join pg_namespace as _n on _n.oid = _c.relnamespace where _c.oid = a), true);
create macro pg_type_is_visible(a) as true;
create macro pg_function_is_visible(a) as true;
create macro pg_relation_is_publishable(a) as false;
create macro pg_is_in_recovery() as false;
create macro pg_backend_pid() as 1;
create macro pg_encoding_to_char(a) as 'UTF8';
create macro pg_char_to_encoding(a) as 6;
create macro pg_relation_size(a) as 0, (a, b) as 0;
create macro pg_table_size(a) as 0;
create macro pg_total_relation_size(a) as 0;
create macro pg_indexes_size(a) as 0;
create macro pg_database_size(a) as 0;
create macro pg_tablespace_location(a) as '';
create macro pg_postmaster_start_time() as now();
create macro obj_description(a) as (select _d.description from pg_description as _d where _d.objoid = a and
    _d.objsubid = 0), (a, b) as (select _d.description from pg_description as _d where _d.objoid = a and
    _d.objsubid = 0);
create macro shobj_description(a, b) as null::varchar;
create macro col_description(a, b) as (select _d.description from pg_description as _d where _d.objoid = a
    and _d.objsubid = b);
create macro array_upper(a, b) as len(a);
create macro array_lower(a, b) as 1;
create macro quote_ident(a) as '"' || replace(a, '"', '""') || '"';
create macro has_table_privilege(a, b) as lower(b) = 'select', (a, b, c) as lower(c) = 'select';
create macro has_schema_privilege(a, b) as lower(b) = 'usage', (a, b, c) as lower(c) = 'usage';
create macro has_database_privilege(a, b) as lower(b) = 'connect', (a, b, c) as lower(c) = 'connect';
create macro has_column_privilege(a, b, c) as lower(c) = 'select';
create macro has_any_column_privilege(a, b) as lower(b) = 'select';
create macro pg_has_role(a, b) as true, (a, b, c) as true;
create macro pg_get_keywords() as table select keyword_name as word from duckdb_keywords();
create macro _pg_expandarray(a) as struct_pack(x := a, n := 1);
