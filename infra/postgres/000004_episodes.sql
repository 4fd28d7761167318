-- Items of trajectory synthesis after the chains: tasks, their variants, and the episodes that are played for them.
alter table item drop constraint item_kind_check;
alter table item add constraint item_kind_check check (kind in
  ('question', 'instance', 'scenario', 'server', 'graph', 'chain', 'task', 'variant', 'episode'));
