// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bmp;

/// One count (RFC 7854 §4.8, RFC 8671 §6).
public record BmpStatistic(Type type, long value) {

  /// What is counted.
  public enum Type {
    /// Prefixes that our filters refused.
    REJECTED(0, false),
    /// Routes as the peer told them.
    ADJ_IN(7, true),
    LOC_RIB(8, true),
    /// Routes as the peer is told them.
    ADJ_OUT(15, true);

    private final int code;
    private final boolean isGauge;

    Type(int code, boolean isGauge) {
      this.code = code;
      this.isGauge = isGauge;
    }

    int code() {
      return code;
    }

    boolean isGauge() {
      return isGauge;
    }
  }
}
