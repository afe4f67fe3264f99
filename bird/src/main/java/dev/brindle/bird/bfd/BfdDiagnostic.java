// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd;

/// Why a session last left Up (RFC 5880 §4.1). Peers may send codes of other standards, so it is a
/// number.
public final class BfdDiagnostic {

  public static final int NONE = 0;
  public static final int DETECTION_TIME_EXPIRED = 1;
  public static final int NEIGHBOR_SAID_DOWN = 3;
  public static final int ADMINISTRATIVELY_DOWN = 7;

  private BfdDiagnostic() {}

  public static String text(int code) {
    return switch (code) {
      case NONE -> "no diagnostic";
      case DETECTION_TIME_EXPIRED -> "control detection time expired";
      case 2 -> "echo function failed";
      case NEIGHBOR_SAID_DOWN -> "neighbor signaled session down";
      case 4 -> "forwarding plane reset";
      case 5 -> "path down";
      case 6 -> "concatenated path down";
      case ADMINISTRATIVELY_DOWN -> "administratively down";
      case 8 -> "reverse concatenated path down";
      default -> "diagnostic " + code;
    };
  }
}
