// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.embedded;

import dev.brindle.datastore.DatastoreException;
import java.sql.Connection;
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
  private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();
  private volatile boolean isClosed;

  Connections(StoreFile file) {
    this.file = file;
  }

  /// Some work with a connection.
  interface Work<T> {
    T apply(Connection connection) throws SQLException;
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
    Connection connection = null;
    try {
      connection = take();
      T result = work.apply(connection);
      giveBack(connection);
      return result;
    } catch (SQLException e) {
      closeQuietly(connection, e);
      throw new DatastoreException(
          "datastore %s: cannot %s: %s"
              .formatted(file.path(), what, StoreFault.describe(e, file.path())),
          e);
    } catch (RuntimeException e) {
      closeQuietly(connection, e);
      throw e;
    }
  }

  /// Does the work on one snapshot of the store.
  <T> T withSnapshot(String what, Work<T> work) {
    return with(
        what,
        connection -> {
          Sql.run(connection, "BEGIN");
          T result = work.apply(connection);
          Sql.run(connection, "COMMIT");
          return result;
        });
  }

  /// Does the work while no other connection writes; all of it is stored, or nothing.
  <T> T withWrite(String what, Work<T> work) {
    return with(
        what,
        connection -> {
          Sql.run(connection, "BEGIN IMMEDIATE");
          T result = work.apply(connection);
          Sql.run(connection, "COMMIT");
          return result;
        });
  }

  private Connection take() throws SQLException {
    Connection free = idle.pollFirst();
    return free != null ? free : open();
  }

  /// NORMAL writes the log to disk at checkpoints only. What was committed survives the end of any
  /// process; a loss of power may take the last commits, and with them the pods they were about.
  Connection open() throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.resetOpenMode(SQLiteOpenMode.CREATE); // a file that is gone is missed, not made anew
    config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
    config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
    config.setJournalSizeLimit(WAL_LIMIT_BYTES);
    config.setTempStore(SQLiteConfig.TempStore.MEMORY);
    return config.createConnection("jdbc:sqlite:" + file.path());
  }

  private void giveBack(Connection connection) throws SQLException {
    idle.addFirst(connection);
    Connection surplus = isClosed || idle.size() > MAX_IDLE ? idle.pollLast() : null;
    if (surplus != null) {
      surplus.close();
    }
  }

  private static void closeQuietly(@Nullable Connection connection, Exception reason) {
    if (connection == null) {
      return;
    }
    try {
      connection.close();
    } catch (SQLException e) {
      reason.addSuppressed(e);
    }
  }

  @Override
  public void close() {
    isClosed = true;
    for (Connection free = idle.pollFirst(); free != null; free = idle.pollFirst()) {
      try {
        free.close();
      } catch (SQLException e) {
        throw new DatastoreException("datastore %s: cannot close".formatted(file.path()), e);
      }
    }
  }
}
