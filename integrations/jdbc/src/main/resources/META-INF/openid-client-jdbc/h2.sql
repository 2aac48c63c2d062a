-- H2 2.x. Run it yourself, with your migrations; the names of the tables are yours to choose.
create table openid_token (
    id varchar(64) primary key,
    version bigint not null,
    entry_value varchar not null,
    lease_owner varchar(64),
    lease_until timestamp with time zone,
    expires_at timestamp with time zone not null
);
create index openid_token_expires_at on openid_token (expires_at);

-- for JdbcReplayCache
create table openid_replay (
    id varchar(128) primary key,
    expires_at timestamp with time zone not null
);
create index openid_replay_expires_at on openid_replay (expires_at);
