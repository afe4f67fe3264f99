// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki;

/// Codes of an Error Report (RFC 8210 §12).
public enum RtrError {
  CORRUPT_DATA(0),
  INTERNAL_ERROR(1),
  NO_DATA_AVAILABLE(2),
  INVALID_REQUEST(3),
  UNSUPPORTED_VERSION(4),
  UNSUPPORTED_TYPE(5),
  WITHDRAWAL_OF_UNKNOWN(6),
  DUPLICATE_ANNOUNCEMENT(7),
  UNEXPECTED_VERSION(8);

  private final int code;

  RtrError(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }
}
