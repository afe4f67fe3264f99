// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.health;

/// Why a session went down, as one of few words for metrics.
final class DownReason {

  private DownReason() {}

  static String of(String reason) {
    if (reason.startsWith("peer says")) {
      return reason.contains("cease") ? "peer_cease" : "peer_notification";
    }
    if (reason.startsWith("we said")) {
      return "own_cease";
    }
    if (reason.startsWith("nothing heard") || reason.startsWith("hold timer")) {
      return "hold_timer";
    }
    if (reason.startsWith("BFD")) {
      return "bfd";
    }
    if (reason.startsWith("it told more")
        || reason.startsWith("all peers together")
        || reason.startsWith("attributes of")) {
      return "limit";
    }
    if (reason.startsWith("peer does not read")) {
      return "send_hold_timer";
    }
    if (reason.startsWith("peer closed")
        || reason.startsWith("peer connected anew")
        || reason.contains("reset by peer")) {
      return "connection_lost";
    }
    return "other";
  }
}
