// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore;

import java.io.Serial;

/// The store could not be asked, or holds what cannot be read. The message says which store, what
/// was
/// tried and why it failed.
public final class DatastoreException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  private final boolean isRefusal;

  public DatastoreException(String message) {
    this(message, false);
  }

  private DatastoreException(String message, boolean isRefusal) {
    super(message);
    this.isRefusal = isRefusal;
  }

  /// Of a store that answers, and does not allow what was asked.
  public static DatastoreException refusal(String message) {
    return new DatastoreException(message, true);
  }

  public DatastoreException(String message, Throwable cause) {
    super(message, cause);
    this.isRefusal = false;
  }

  /// Whether the store does not allow it: to ask again soon is of no use.
  public boolean isRefusal() {
    return isRefusal;
  }
}
