-- Seconds of a training step by part, such as {"rollouts": 4.1, "update": 1.2}; empty for steps of earlier versions.
alter table training_step add column timings text not null default '{}';
