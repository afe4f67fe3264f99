// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.embedded;

import java.sql.SQLException;
import java.util.List;

/// The tables.
///
/// `resource` is store and log in one: each key stands at the revision of its last change, a
/// removed key as a row without a body. What changed since revision r is what has a greater one.
/// `store` has one row: the last revision given out, and the newest removal that is forgotten.
final class Schema {

  private static final int APPLICATION_ID = 0x62726e64;
  private static final int VERSION = 1;

  private static final List<String> TABLES =
      List.of(
          """
          CREATE TABLE resource (
            kind TEXT NOT NULL,
            namespace TEXT NOT NULL,
            name TEXT NOT NULL,
            revision INTEGER NOT NULL UNIQUE,
            body TEXT,
            PRIMARY KEY (kind, namespace, name))
          """,
          "CREATE INDEX removed ON resource (revision) WHERE body IS NULL",
          """
          CREATE TABLE store (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            revision INTEGER NOT NULL,
            forgotten INTEGER NOT NULL)
          """,
          "INSERT INTO store (id, revision, forgotten) VALUES (1, 0, 0)",
          "PRAGMA application_id = " + APPLICATION_ID,
          "PRAGMA user_version = " + VERSION);

  private Schema() {}

  /// Whether the tables are there. Belongs into one snapshot: another process may be making them.
  ///
  /// @throws SQLException if the file is not ours, or of a later version
  static boolean isPresent(Sql sql) throws SQLException {
    long application = sql.number("PRAGMA application_id");
    long version = sql.number("PRAGMA user_version");
    if (application == APPLICATION_ID && version == VERSION) {
      return true;
    }
    if (application == APPLICATION_ID) {
      throw new SQLException(
          "it has the format %d, this version reads %d".formatted(version, VERSION));
    }
    if (sql.number("SELECT count(*) FROM sqlite_schema") > 0) {
      throw new SQLException("it is a database of another program");
    }
    return false;
  }

  /// Inside a write transaction.
  static void create(Sql sql) throws SQLException {
    if (isPresent(sql)) {
      return;
    }
    for (String statement : TABLES) {
      sql.run(statement);
    }
  }
}
