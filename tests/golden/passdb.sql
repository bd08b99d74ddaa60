CREATE TABLE users (addr TEXT PRIMARY KEY, password TEXT, last_login INTEGER);
INSERT INTO users VALUES
  ('ann000001@a.example', '{SHA512-CRYPT}$6$saltsalt$ann', 1700000000),
  ('bob000001@a.example', '{SHA512-CRYPT}$6$saltsalt$bob', NULL),
  ('CID000001@a.example', '{SHA512-CRYPT}$6$saltsalt$cid', 1700000000),
  ('ci-000001@a.example', '{SHA512-CRYPT}$6$saltsalt$ci', 1700000000),
  ('ac_000001@a.example', '{SHA512-CRYPT}$6$saltsalt$ac', 1700000000),
  ('echo@a.example', '{SHA512-CRYPT}$6$saltsalt$echo', 1700000000),
  ('dan000001@b.example', '{SHA512-CRYPT}$6$saltsalt$dan', 1700000000),
  ('../../etc@a.example', '{SHA512-CRYPT}$6$saltsalt$etc', 1700000000),
  ('eve000001@a.example', '$6$saltsalt$eve', 1700000000),
  ('fay000001@a.example', '', 1700000000),
  ('gus000001@a.example', NULL, 1700000000),
  (NULL, '{SHA512-CRYPT}$6$saltsalt$nobody', 1700000000);
