-- Why a judged conversation is no training data: its outcome stays ok, so the rule stands beside it. Empty for the others.
alter table item add column left_out text not null default '';
alter table item add column left_out_detail text not null default '';
