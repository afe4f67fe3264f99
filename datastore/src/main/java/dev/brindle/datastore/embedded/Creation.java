// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.embedded;

import dev.brindle.datastore.DatastoreException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// Makes the tables once, whoever comes first.
final class Creation {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(5);

  private Creation() {}

  static void ensure(Connections connections) {
    boolean isPresent = connections.withSnapshot("open it", Schema::isPresent);
    if (isPresent) {
      return;
    }
    connections.with("switch to WAL", Creation::switchToWal);
    connections.withWrite(
        "make its tables",
        sql -> {
          Schema.create(sql);
          return true;
        });
  }

  /// SQLite does not wait here for others that do the same, whatever the busy timeout.
  private static boolean switchToWal(Sql sql) throws SQLException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        String mode = sql.query("PRAGMA journal_mode = WAL", row -> row.getString(1)).getFirst();
        if (!mode.equals("wal")) {
          throw new DatastoreException(
              "the file system has no shared memory for WAL, journal mode stays " + mode);
        }
        return true;
      } catch (SQLiteException e) {
        boolean isBusy = (e.getResultCode().code & 0xff) == SQLiteErrorCode.SQLITE_BUSY.code;
        if (!isBusy || System.nanoTime() > end) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }
}
