// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.protocol;

import java.io.Serial;

/// A call ends with this error. Whoever answers the call catches it; nobody else does.
public final class CniException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  private final transient CniError error;

  public CniException(CniError error) {
    super(error.message());
    this.error = error;
  }

  public CniException(CniError.Code code, String message) {
    this(CniError.of(code, message));
  }

  public CniException(CniError.Code code, String message, Throwable cause) {
    super(message, cause);
    this.error = CniError.of(code, message);
  }

  public CniError error() {
    return error;
  }
}
