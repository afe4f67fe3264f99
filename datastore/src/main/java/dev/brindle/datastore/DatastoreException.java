// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore;

import java.io.Serial;

/// The store could not be asked, or holds what cannot be read. The message says which store, what
/// was
/// tried and why it failed.
public final class DatastoreException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  public DatastoreException(String message) {
    super(message);
  }

  public DatastoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
