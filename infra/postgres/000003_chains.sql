-- Items of chain building: tool servers, the graph of each server of the pool, and the chains walked over it.
alter table item drop constraint item_kind_check;
alter table item add constraint item_kind_check
  check (kind in ('question', 'instance', 'scenario', 'server', 'graph', 'chain'));
-- Graph: requests that one sample of its tools is split into.
alter table item add column slices integer;
-- What planning found of tool servers; null until the files are read.
alter table run add column planned_servers integer;
alter table run add column refused_servers integer;
