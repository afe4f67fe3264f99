// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.embedded;

import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// What to do about a fault of SQLite.
final class StoreFault {

  private static final int PRIMARY = 0xff;

  private StoreFault() {}

  /// The driver's message and, where there is one, the cure.
  static String describe(SQLException fault, Path file) {
    String cure = fault instanceof SQLiteException known ? cure(known.getResultCode(), file) : "";
    return fault.getMessage() + (cure.isEmpty() ? "" : ": " + cure);
  }

  /// @return empty if nothing helps but the message itself
  static String cure(SQLiteErrorCode code, Path file) {
    SQLiteErrorCode primary = SQLiteErrorCode.getErrorCode(code.code & PRIMARY);
    return switch (primary) {
      case SQLITE_BUSY, SQLITE_LOCKED ->
          "another process keeps it locked, fuser %s says which".formatted(file);
      case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH ->
          "see whether this process may write to the file and to the directory %s, and whether that is mounted read-only"
              .formatted(file.getParent());
      case SQLITE_FULL -> "make room on the file system of " + file.getParent();
      case SQLITE_IOERR -> "see what the kernel says of the disk under " + file.getParent();
      case SQLITE_CORRUPT, SQLITE_NOTADB ->
          "move it away and put a backup in its place, or set BRINDLE_DATASTORE_FILE to another file";
      // the codes of mistakes in SQL and in calls, which the message alone explains
      default -> "";
    };
  }
}
