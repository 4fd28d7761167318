-- What a job of SFT said of its rows: how many were left out, how many tokens are trained. A list of texts.
alter table training_job add column notes text not null default '[]';
