-- Items of a third kind: scenarios, from which environments with state are built.
alter table item drop constraint item_kind_check;
alter table item add constraint item_kind_check check (kind in ('question', 'instance', 'scenario'));
alter table run add column planned_scenarios integer;
