-- Languages in which a member says that they can handle cases. They go with the account.
CREATE TABLE tongues (
  door {{text}} NOT NULL,
  account {{text}} NOT NULL,
  lang {{text}} NOT NULL,
  PRIMARY KEY (door, account, lang),
  FOREIGN KEY (door, account) REFERENCES accounts (door, id)
){{clustered}};
