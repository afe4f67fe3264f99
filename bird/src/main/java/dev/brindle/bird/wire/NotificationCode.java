// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

/// Error codes and subcodes of NOTIFICATION (RFC 4271 §4.5, and the registry they grew into).
public final class NotificationCode {

  public static final int HEADER = 1;
  public static final int NOT_SYNCHRONIZED = 1;
  public static final int BAD_LENGTH = 2;
  public static final int BAD_TYPE = 3;

  public static final int OPEN = 2;
  public static final int UNSPECIFIC = 0;
  public static final int BAD_VERSION = 1;
  public static final int BAD_PEER_AS = 2;
  public static final int BAD_IDENTIFIER = 3;
  public static final int UNSUPPORTED_PARAMETER = 4;
  public static final int UNSUPPORTED_CAPABILITY = 7;
  public static final int BAD_HOLD_TIME = 6;
  public static final int ROLE_MISMATCH = 11;

  public static final int UPDATE = 3;
  public static final int ATTRIBUTE_LIST = 1;
  public static final int UNRECOGNIZED_WELL_KNOWN = 2;
  public static final int OPTIONAL_ATTRIBUTE = 9;
  public static final int NETWORK_FIELD = 10;

  public static final int HOLD_TIMER = 4;

  public static final int STATE_MACHINE = 5;
  public static final int IN_OPEN_SENT = 1;
  public static final int IN_OPEN_CONFIRM = 2;
  public static final int IN_ESTABLISHED = 3;

  public static final int CEASE = 6;
  public static final int MAX_PREFIXES = 1;
  public static final int SHUTDOWN = 2;
  public static final int DECONFIGURED = 3;
  public static final int RESET = 4;
  public static final int REJECTED = 5;
  public static final int CONFIGURATION_CHANGE = 6;
  public static final int COLLISION = 7;
  public static final int OUT_OF_RESOURCES = 8;
  public static final int HARD_RESET = 9;
  public static final int BFD_DOWN = 10;

  public static final int ROUTE_REFRESH = 7;
  public static final int REFRESH_LENGTH = 1;

  public static final int SEND_HOLD_TIMER = 8;

  private NotificationCode() {}

  /// The error in words, for logs and status.
  static String text(int code, int subcode) {
    String detail = detail(code, subcode);
    return detail.isEmpty() ? name(code, subcode) : name(code, subcode) + ": " + detail;
  }

  private static String name(int code, int subcode) {
    return switch (code) {
      case HEADER -> "message header error";
      case OPEN -> "OPEN error";
      case UPDATE -> "UPDATE error";
      case HOLD_TIMER -> "hold timer expired";
      case STATE_MACHINE -> "state machine error";
      case CEASE -> "cease";
      case ROUTE_REFRESH -> "ROUTE-REFRESH error";
      case SEND_HOLD_TIMER -> "send hold timer expired";
      default -> "unknown error %d/%d".formatted(code, subcode);
    };
  }

  private static String detail(int code, int subcode) {
    return switch (code) {
      case HEADER -> pick(subcode, "", "not synchronized", "bad length", "bad type");
      case OPEN ->
          pick(
              subcode,
              "malformed",
              "unsupported version",
              "bad peer AS",
              "bad BGP identifier",
              "unsupported optional parameter",
              "authentication failure",
              "unacceptable hold time",
              "unsupported capability",
              "",
              "",
              "",
              "role mismatch");
      case UPDATE ->
          pick(
              subcode,
              "",
              "malformed attribute list",
              "unrecognized well-known attribute",
              "missing well-known attribute",
              "attribute flags",
              "attribute length",
              "invalid ORIGIN",
              "",
              "invalid NEXT_HOP",
              "optional attribute",
              "invalid network field",
              "malformed AS_PATH");
      case STATE_MACHINE ->
          pick(
              subcode,
              "",
              "unexpected message in OpenSent",
              "unexpected message in OpenConfirm",
              "unexpected message in Established");
      case CEASE ->
          pick(
              subcode,
              "",
              "maximum number of prefixes reached",
              "administrative shutdown",
              "peer de-configured",
              "administrative reset",
              "connection rejected",
              "other configuration change",
              "connection collision",
              "out of resources",
              "hard reset",
              "BFD down");
      case ROUTE_REFRESH -> pick(subcode, "", "invalid length");
      default -> "";
    };
  }

  private static String pick(int subcode, String... texts) {
    return subcode < texts.length ? texts[subcode] : "subcode " + subcode;
  }
}
