// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import java.io.Serial;

/// A request that cannot be met as it was put, or that others got in the way of too often. The
/// message is for whoever asked.
public final class IpamException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  private final String reason;

  public IpamException(String message) {
    super(message);
    this.reason = message;
  }

  public String reason() {
    return reason;
  }
}
