// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.embedded;

import dev.brindle.datastore.Lease;
import dev.brindle.datastore.Leases;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Leases, a row each, in a table that is made when the first one is written: no feed hears of
/// them, and versions that have none do not look at it.
final class LeaseTable implements Leases {

  private static final String TABLE =
      """
      CREATE TABLE IF NOT EXISTS lease (
        name TEXT PRIMARY KEY,
        revision INTEGER NOT NULL,
        holder TEXT NOT NULL,
        millis INTEGER NOT NULL,
        acquired TEXT NOT NULL,
        renewed TEXT NOT NULL,
        transitions INTEGER NOT NULL)
      """;

  private static final String IS_THERE =
      "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'lease'";

  private final Connections connections;
  private final ReentrantLock writing;

  /// @param writing in which the threads of this process wait in turn
  LeaseTable(Connections connections, ReentrantLock writing) {
    this.connections = connections;
    this.writing = writing;
  }

  @Override
  public Optional<Lease> find(String name) {
    return connections.withSnapshot("read lease " + name, sql -> find(sql, name));
  }

  private static Optional<Lease> find(Sql sql, String name) throws SQLException {
    return sql.number(IS_THERE) == 0
        ? Optional.empty()
        : sql
            .query(
                "SELECT name, holder, millis, acquired, renewed, transitions, revision"
                    + " FROM lease WHERE name = ?",
                LeaseTable::read,
                name)
            .stream()
            .findFirst();
  }

  private static Lease read(ResultSet row) throws SQLException {
    return new Lease(
        row.getString(1),
        row.getString(2),
        Duration.ofMillis(row.getLong(3)),
        Instant.parse(row.getString(4)),
        Instant.parse(row.getString(5)),
        row.getInt(6),
        row.getString(7));
  }

  @Override
  public Optional<Lease> write(Lease lease) {
    writing.lock();
    try {
      return connections.withWrite("write lease " + lease.name(), sql -> write(sql, lease));
    } finally {
      writing.unlock();
    }
  }

  private static Optional<Lease> write(Sql sql, Lease lease) throws SQLException {
    String found = find(sql, lease.name()).map(Lease::revision).orElse("");
    if (!found.equals(lease.revision())) {
      return Optional.empty();
    }
    long revision = found.isEmpty() ? 1 : Long.parseLong(found) + 1;
    sql.run(TABLE);
    sql.update(
        """
        INSERT OR REPLACE INTO lease (name, revision, holder, millis, acquired, renewed, transitions)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        lease.name(),
        revision,
        lease.holder(),
        lease.duration().toMillis(),
        lease.acquired().toString(),
        lease.renewed().toString(),
        lease.transitions());
    return Optional.of(lease.withRevision(Long.toString(revision)));
  }
}
