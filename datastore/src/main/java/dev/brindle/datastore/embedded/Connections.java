// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.embedded;

import dev.brindle.datastore.DatastoreException;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/// Connections to the file, each used by one thread at a time.
final class Connections implements AutoCloseable {

  private static final int BUSY_TIMEOUT_MILLIS = 10_000;
  private static final int WAL_LIMIT_BYTES = 16 * 1024 * 1024;

  /// Idle ones beyond this are closed.
  private static final int MAX_IDLE = 4;

  private final StoreFile file;
  private final ConcurrentLinkedDeque<Sql> idle = new ConcurrentLinkedDeque<>();
  private volatile boolean isClosed;

  Connections(StoreFile file) {
    this.file = file;
  }

  /// Some work with a connection.
  interface Work<T> {
    T apply(Sql sql) throws SQLException;
  }

  /// Does the work outside any transaction. A connection on which it failed is not used again.
  ///
  /// @param what for the message: `read IPPool(a)`
  /// @throws DatastoreException naming the file, what could not be done, why, and the cure
  <T> T with(String what, Work<T> work) {
    if (isClosed) {
      throw new DatastoreException("datastore %s is closed".formatted(file.path()));
    }
    file.requireInPlace();
    Sql sql = null;
    try {
      sql = take();
      T result = work.apply(sql);
      giveBack(sql);
      return result;
    } catch (SQLException e) {
      closeQuietly(sql, e);
      throw new DatastoreException(
          "datastore %s: cannot %s: %s"
              .formatted(file.path(), what, StoreFault.describe(e, file.path())),
          e);
    } catch (RuntimeException e) {
      closeQuietly(sql, e);
      throw e;
    }
  }

  /// Does the work on one snapshot of the store.
  <T> T withSnapshot(String what, Work<T> work) {
    return with(
        what,
        sql -> {
          sql.run("BEGIN");
          T result = work.apply(sql);
          sql.run("COMMIT");
          return result;
        });
  }

  /// Does the work while no other connection writes; all of it is stored, or nothing.
  <T> T withWrite(String what, Work<T> work) {
    return with(
        what,
        sql -> {
          sql.run("BEGIN IMMEDIATE");
          T result = work.apply(sql);
          sql.run("COMMIT");
          return result;
        });
  }

  private Sql take() throws SQLException {
    Sql free = idle.pollFirst();
    return free != null ? free : open();
  }

  /// NORMAL writes the log to disk at checkpoints only. What was committed survives the end of any
  /// process; a loss of power may take the last commits, and with them the pods they were about.
  Sql open() throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.resetOpenMode(SQLiteOpenMode.CREATE); // a file that is gone is missed, not made anew
    config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
    config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
    config.setJournalSizeLimit(WAL_LIMIT_BYTES);
    config.setTempStore(SQLiteConfig.TempStore.MEMORY);
    return new Sql(config.createConnection("jdbc:sqlite:" + file.path()));
  }

  private void giveBack(Sql sql) throws SQLException {
    idle.addFirst(sql);
    Sql surplus = isClosed || idle.size() > MAX_IDLE ? idle.pollLast() : null;
    if (surplus != null) {
      surplus.close();
    }
  }

  private static void closeQuietly(@Nullable Sql sql, Exception reason) {
    if (sql == null) {
      return;
    }
    try {
      sql.close();
    } catch (SQLException e) {
      reason.addSuppressed(e);
    }
  }

  @Override
  public void close() {
    isClosed = true;
    for (Sql free = idle.pollFirst(); free != null; free = idle.pollFirst()) {
      try {
        free.close();
      } catch (SQLException e) {
        throw new DatastoreException("datastore %s: cannot close".formatted(file.path()), e);
      }
    }
  }
}
