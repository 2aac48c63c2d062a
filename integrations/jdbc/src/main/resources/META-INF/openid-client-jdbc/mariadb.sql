-- MariaDB 10.6 and later. Run it yourself, with your migrations; the names of the tables are yours to choose.
-- The times are UTC; ids differ by the case of their letters.
create table openid_token (
    id varchar(64) character set ascii collate ascii_bin primary key,
    version bigint not null,
    entry_value mediumtext character set ascii collate ascii_bin not null,
    lease_owner varchar(64) character set ascii collate ascii_bin,
    lease_until datetime(6),
    expires_at datetime(6) not null
);
create index openid_token_expires_at on openid_token (expires_at);

-- for JdbcReplayCache
create table openid_replay (
    id varchar(128) character set ascii collate ascii_bin primary key,
    expires_at datetime(6) not null
);
create index openid_replay_expires_at on openid_replay (expires_at);
